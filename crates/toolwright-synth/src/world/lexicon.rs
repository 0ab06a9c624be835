//! The words of the simulated world: small lists of plausible, generic values, written for this project.

/// A city with what belongs together about it.
#[derive(Debug)]
pub(crate) struct City {
    pub(crate) name: &'static str,
    pub(crate) country: &'static str,
    pub(crate) code: &'static str,
    pub(crate) airport: &'static str,
    pub(crate) timezone: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

macro_rules! cities {
    ($($name:literal $country:literal $code:literal $airport:literal $zone:literal $currency:literal $lat:literal $lon:literal;)*) => {
        &[$(City { name: $name, country: $country, code: $code, airport: $airport, timezone: $zone,
            currency: $currency, latitude: $lat, longitude: $lon }),*]
    };
}

pub(crate) const CITIES: &[City] = cities! {
    "Oslo" "Norway" "NO" "OSL" "Europe/Oslo" "NOK" 59.9139 10.7522;
    "Lisbon" "Portugal" "PT" "LIS" "Europe/Lisbon" "EUR" 38.7223 -9.1393;
    "Berlin" "Germany" "DE" "BER" "Europe/Berlin" "EUR" 52.52 13.405;
    "Munich" "Germany" "DE" "MUC" "Europe/Berlin" "EUR" 48.1351 11.582;
    "Paris" "France" "FR" "CDG" "Europe/Paris" "EUR" 48.8566 2.3522;
    "Lyon" "France" "FR" "LYS" "Europe/Paris" "EUR" 45.764 4.8357;
    "Madrid" "Spain" "ES" "MAD" "Europe/Madrid" "EUR" 40.4168 -3.7038;
    "Barcelona" "Spain" "ES" "BCN" "Europe/Madrid" "EUR" 41.3874 2.1686;
    "Rome" "Italy" "IT" "FCO" "Europe/Rome" "EUR" 41.9028 12.4964;
    "Milan" "Italy" "IT" "MXP" "Europe/Rome" "EUR" 45.4642 9.19;
    "Vienna" "Austria" "AT" "VIE" "Europe/Vienna" "EUR" 48.2082 16.3738;
    "Zurich" "Switzerland" "CH" "ZRH" "Europe/Zurich" "CHF" 47.3769 8.5417;
    "Amsterdam" "Netherlands" "NL" "AMS" "Europe/Amsterdam" "EUR" 52.3676 4.9041;
    "Brussels" "Belgium" "BE" "BRU" "Europe/Brussels" "EUR" 50.8503 4.3517;
    "Copenhagen" "Denmark" "DK" "CPH" "Europe/Copenhagen" "DKK" 55.6761 12.5683;
    "Stockholm" "Sweden" "SE" "ARN" "Europe/Stockholm" "SEK" 59.3293 18.0686;
    "Helsinki" "Finland" "FI" "HEL" "Europe/Helsinki" "EUR" 60.1699 24.9384;
    "Dublin" "Ireland" "IE" "DUB" "Europe/Dublin" "EUR" 53.3498 -6.2603;
    "London" "United Kingdom" "GB" "LHR" "Europe/London" "GBP" 51.5072 -0.1276;
    "Edinburgh" "United Kingdom" "GB" "EDI" "Europe/London" "GBP" 55.9533 -3.1883;
    "Prague" "Czechia" "CZ" "PRG" "Europe/Prague" "CZK" 50.0755 14.4378;
    "Warsaw" "Poland" "PL" "WAW" "Europe/Warsaw" "PLN" 52.2297 21.0122;
    "Athens" "Greece" "GR" "ATH" "Europe/Athens" "EUR" 37.9838 23.7275;
    "Istanbul" "Turkey" "TR" "IST" "Europe/Istanbul" "TRY" 41.0082 28.9784;
    "Cairo" "Egypt" "EG" "CAI" "Africa/Cairo" "EGP" 30.0444 31.2357;
    "Nairobi" "Kenya" "KE" "NBO" "Africa/Nairobi" "KES" -1.2921 36.8219;
    "Cape Town" "South Africa" "ZA" "CPT" "Africa/Johannesburg" "ZAR" -33.9249 18.4241;
    "Dubai" "United Arab Emirates" "AE" "DXB" "Asia/Dubai" "AED" 25.2048 55.2708;
    "Mumbai" "India" "IN" "BOM" "Asia/Kolkata" "INR" 19.076 72.8777;
    "Delhi" "India" "IN" "DEL" "Asia/Kolkata" "INR" 28.6139 77.209;
    "Singapore" "Singapore" "SG" "SIN" "Asia/Singapore" "SGD" 1.3521 103.8198;
    "Bangkok" "Thailand" "TH" "BKK" "Asia/Bangkok" "THB" 13.7563 100.5018;
    "Tokyo" "Japan" "JP" "HND" "Asia/Tokyo" "JPY" 35.6762 139.6503;
    "Osaka" "Japan" "JP" "KIX" "Asia/Tokyo" "JPY" 34.6937 135.5023;
    "Seoul" "South Korea" "KR" "ICN" "Asia/Seoul" "KRW" 37.5665 126.978;
    "Sydney" "Australia" "AU" "SYD" "Australia/Sydney" "AUD" -33.8688 151.2093;
    "Melbourne" "Australia" "AU" "MEL" "Australia/Melbourne" "AUD" -37.8136 144.9631;
    "Auckland" "New Zealand" "NZ" "AKL" "Pacific/Auckland" "NZD" -36.8509 174.7645;
    "Toronto" "Canada" "CA" "YYZ" "America/Toronto" "CAD" 43.6532 -79.3832;
    "Vancouver" "Canada" "CA" "YVR" "America/Vancouver" "CAD" 49.2827 -123.1207;
    "Montreal" "Canada" "CA" "YUL" "America/Toronto" "CAD" 45.5019 -73.5674;
    "Mexico City" "Mexico" "MX" "MEX" "America/Mexico_City" "MXN" 19.4326 -99.1332;
    "Bogota" "Colombia" "CO" "BOG" "America/Bogota" "COP" 4.711 -74.0721;
    "Lima" "Peru" "PE" "LIM" "America/Lima" "PEN" -12.0464 -77.0428;
    "Santiago" "Chile" "CL" "SCL" "America/Santiago" "CLP" -33.4489 -70.6693;
    "Buenos Aires" "Argentina" "AR" "EZE" "America/Argentina/Buenos_Aires" "ARS" -34.6037 -58.3816;
    "Sao Paulo" "Brazil" "BR" "GRU" "America/Sao_Paulo" "BRL" -23.5558 -46.6396;
    "New York" "United States" "US" "JFK" "America/New_York" "USD" 40.7128 -74.006;
    "Boston" "United States" "US" "BOS" "America/New_York" "USD" 42.3601 -71.0589;
    "Chicago" "United States" "US" "ORD" "America/Chicago" "USD" 41.8781 -87.6298;
    "Austin" "United States" "US" "AUS" "America/Chicago" "USD" 30.2672 -97.7431;
    "Denver" "United States" "US" "DEN" "America/Denver" "USD" 39.7392 -104.9903;
    "Seattle" "United States" "US" "SEA" "America/Los_Angeles" "USD" 47.6062 -122.3321;
    "San Francisco" "United States" "US" "SFO" "America/Los_Angeles" "USD" 37.7749 -122.4194;
    "San Diego" "United States" "US" "SAN" "America/Los_Angeles" "USD" 32.7157 -117.1611;
    "Miami" "United States" "US" "MIA" "America/New_York" "USD" 25.7617 -80.1918;
};

pub(crate) const FIRST_NAMES: &[&str] = &[
    "Anna", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Karin", "Leo",
    "Maya", "Nora", "Oscar", "Priya", "Quentin", "Rosa", "Samir", "Tara", "Uma", "Victor", "Wendy", "Yusuf",
    "Zoe", "Amir", "Beatriz", "Carlos", "Daria", "Emil", "Fatima", "Georg", "Hana", "Ivan", "Julia", "Kenji",
    "Lucia", "Marco", "Nadia", "Owen", "Paula", "Rafael", "Sofia", "Tomas", "Vera", "Wei", "Aisha", "Bruno",
    "Chloe", "Diego",
];

pub(crate) const LAST_NAMES: &[&str] = &[
    "Almeida", "Bauer", "Castillo", "Dawson", "Eriksen", "Fischer", "Garcia", "Hansen", "Ito", "Jensen",
    "Kowalski", "Lindgren", "Moreau", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Schmidt", "Tanaka",
    "Ueda", "Vargas", "Weber", "Xu", "Young", "Zimmer", "Abbott", "Brennan", "Chandra", "Duarte", "Ellis",
    "Farouk", "Greene", "Haddad", "Ivanov", "Johansson", "Keller", "Larsen", "Mendes", "Nakamura", "Olsen",
    "Petrov", "Reyes", "Silva", "Torres", "Vogel", "Walsh", "Yilmaz", "Barros", "Costa",
];

pub(crate) const STREETS: &[&str] = &[
    "Maple Street", "Harbour Road", "Station Avenue", "Mill Lane", "Park Row", "Cedar Drive",
    "Church Street", "Market Square", "River Walk", "Linden Avenue", "Queen Street", "Orchard Road",
    "Bridge Street", "Hill Crescent", "Garden Terrace", "Elm Court", "Lakeside Drive", "Victoria Road",
    "Union Street", "Meadow Way",
];

pub(crate) const STATES: &[(&str, &str)] = &[
    ("California", "CA"),
    ("Texas", "TX"),
    ("New York", "NY"),
    ("Washington", "WA"),
    ("Oregon", "OR"),
    ("Colorado", "CO"),
    ("Illinois", "IL"),
    ("Massachusetts", "MA"),
    ("Florida", "FL"),
    ("Georgia", "GA"),
    ("Arizona", "AZ"),
    ("Michigan", "MI"),
    ("Minnesota", "MN"),
    ("Virginia", "VA"),
    ("Ohio", "OH"),
];

pub(crate) const COMPANIES: &[&str] = &[
    "Northwind Traders", "Bluebird Logistics", "Cobalt Systems", "Fernwood Foods", "Granite Insurance",
    "Halcyon Media", "Juniper Works", "Kestrel Robotics", "Lumen Analytics", "Meridian Health",
    "Nimbus Cloud", "Orchard Labs", "Pinecrest Hotels", "Quarry Stone", "Redwood Partners",
    "Saltmarsh Energy", "Tidewater Bank", "Umbra Security", "Vantage Design", "Willow & Sons",
    "Yellowtail Marine", "Zephyr Air", "Brightline Retail", "Copperfield Books", "Driftwood Cafe",
    "Evergreen Supply", "Foxglove Studio", "Goldcrest Printing",
];

pub(crate) const PRODUCTS: &[&str] = &[
    "wireless headphones", "trail running shoes", "espresso machine", "standing desk", "mechanical keyboard",
    "rain jacket", "camping tent", "yoga mat", "desk lamp", "water bottle", "office chair",
    "portable charger", "cast iron skillet", "hiking backpack", "noise machine", "electric kettle",
    "bike helmet", "phone case", "laptop stand", "wool blanket", "chef's knife", "board game", "smart plug",
    "bluetooth speaker", "air fryer", "sunglasses", "leather wallet", "coffee grinder", "monitor arm",
    "travel pillow",
];

pub(crate) const TITLES: &[&str] = &[
    "Quarterly review", "Spring launch plan", "Team offsite", "Budget forecast", "Customer onboarding",
    "Website refresh", "Annual report", "Hiring plan", "Product roadmap", "Kitchen renovation",
    "Summer campaign", "Supplier audit", "Weekly planning", "Security training", "Garden party",
    "Release checklist", "Travel policy", "Data migration", "Partner workshop", "Holiday schedule",
    "Welcome pack", "Reading list", "Design sprint", "Press briefing", "Inventory check",
];

pub(crate) const SENTENCES: &[&str] = &[
    "Please leave the parcel with the neighbour on the ground floor.",
    "The meeting has moved to the larger room on the second floor.",
    "Thanks for the quick turnaround on this.",
    "We will confirm the final numbers by Friday.",
    "The new version is ready for review.",
    "Could you have a look when you find a moment?",
    "The delivery arrived with one box missing.",
    "Everything is set for the launch next week.",
    "The screen flickers after the latest update.",
    "I am running ten minutes late.",
    "Please call me back before noon.",
    "The invoice for last month is attached.",
    "Our guests would prefer a table by the window.",
    "The heating in the hall has stopped working.",
    "Let us keep the first draft short and simple.",
    "The order should be split into two shipments.",
    "Great service, I would come back any time.",
    "The login page does not load on older phones.",
    "We need two more chairs for the workshop.",
    "The contract is signed and on its way back.",
];

pub(crate) const TOPICS: &[&str] = &[
    "renewable energy", "machine learning", "interior design", "local history", "vegetarian cooking",
    "trail running", "jazz", "modern architecture", "electric cars", "gardening", "street photography",
    "space exploration", "personal finance", "board games", "coffee brewing", "marine biology",
    "ancient Rome", "remote work", "data privacy", "classical music", "urban planning", "bird watching",
    "science fiction", "healthy sleep", "woodworking", "chess", "pottery", "sourdough baking",
    "watercolor painting", "rock climbing", "meditation", "travel photography", "beekeeping", "calligraphy",
    "volunteering", "astronomy",
];

pub(crate) const TAGS: &[&str] = &[
    "urgent", "billing", "onboarding", "travel", "marketing", "internal", "draft", "archive", "priority",
    "beta", "finance", "design", "support", "weekly", "sales", "research", "legal", "events",
];

pub(crate) const WORDS: &[&str] = &[
    "alpha", "atlas", "aurora", "basic", "cedar", "compact", "delta", "echo", "ember", "falcon", "harbor",
    "indigo", "jade", "lotus", "maple", "nova", "onyx", "orbit", "pearl", "pilot", "prime", "quartz",
    "river", "sierra", "solar", "summit", "terra", "vertex", "violet", "zenith",
];

pub(crate) const JOBS: &[&str] = &[
    "software engineer", "project manager", "accountant", "nurse", "graphic designer", "sales director",
    "teacher", "data analyst", "chef", "architect", "electrician", "office manager", "product owner",
    "lab technician",
];

pub(crate) const LANGUAGES: &[(&str, &str)] = &[
    ("English", "en"),
    ("German", "de"),
    ("French", "fr"),
    ("Spanish", "es"),
    ("Italian", "it"),
    ("Portuguese", "pt"),
    ("Dutch", "nl"),
    ("Polish", "pl"),
    ("Swedish", "sv"),
    ("Japanese", "ja"),
    ("Korean", "ko"),
    ("Turkish", "tr"),
];

pub(crate) const COLORS: &[&str] = &[
    "red", "blue", "green", "black", "white", "navy", "grey", "orange", "purple", "teal", "yellow", "brown",
];

pub(crate) const AIRLINES: &[&str] = &[
    "Nordic Wings", "Atlantic Air", "SkyBridge", "Pacific Jet", "Alpine Airways", "Coastal Air",
    "Meridian Air", "Sunline", "Continental Express", "Polar Air",
];

pub(crate) const HOTELS: &[&str] = &[
    "Harbour View Hotel", "The Linden", "Grand Station Hotel", "Old Mill Inn", "Parkside Suites",
    "Hotel Aurora", "The Copper House", "Riverside Lodge", "Hotel Bellevue", "Garden Court", "City Nest",
    "The Observatory",
];

pub(crate) const RESTAURANTS: &[&str] = &[
    "Olive & Thyme", "The Copper Pot", "Blue Lantern", "Casa Verde", "Noodle Yard", "Little Anchor",
    "Saffron Table", "The Baker's Corner", "Fuego Grill", "Green Fork", "Trattoria Lina", "Harbour Kitchen",
    "Umami House",
];

pub(crate) const DISHES: &[&str] = &[
    "mushroom risotto", "chicken curry", "lentil soup", "margherita pizza", "vegetable lasagne",
    "fish tacos", "pad thai", "beef stew", "caesar salad", "shakshuka", "ramen", "pumpkin soup",
    "falafel wrap", "apple crumble",
];

pub(crate) const INGREDIENTS: &[&str] = &[
    "chickpeas", "spinach", "rice", "tomatoes", "chicken breast", "mushrooms", "feta", "lentils", "salmon",
    "potatoes", "eggs", "coconut milk", "red pepper", "pasta", "ginger", "black beans",
];

pub(crate) const MOVIES: &[&str] = &[
    "The Last Lighthouse", "Paper Moons", "Northern Line", "A Quiet Harvest", "Glass Mountain",
    "Seven Winters", "The Cartographer", "Midnight in Porto", "Orbit Nine", "Salt and Silver",
    "The Long Ferry", "Velvet Sky", "The Winter Garden", "A Hundred Small Fires", "Bridge of Sparrows",
    "The Understudy", "Low Tide", "Second Harvest", "The Weather Keeper", "Left of the Moon",
    "Dust and Violets", "The Night Baker", "Cold Harbour Road", "Three Sundays", "An Honest Forgery",
    "The Beekeeper's Daughter", "Signal Hill", "Farewell, Marigold", "The Silent Orchestra", "Copper Rain",
    "What the Tide Brought", "House of Kites", "The Tenth Passenger", "Blue Hour",
    "Letters from Platform Two", "The Mapmaker's Son",
];

pub(crate) const SONGS: &[&str] = &[
    "Slow Tide", "Paper Lanterns", "Golden Hour Drive", "Northern Lights", "Left on Main", "Run the River",
    "Blue Kitchen", "Satellite Hearts", "Cold Coffee", "Wildflower Road", "Home by Seven", "Silver Lining",
    "Lanterns Down the Hill", "Two Stops Early", "Marigold", "Half a Summer", "The Long Way Round",
    "Porchlight", "Winter Coat", "Keep the Window Open", "Echoes in the Stairwell", "Last Train North",
    "Saltwater", "Borrowed Time", "Ten Thousand Steps", "Cherry Street", "Quiet Engine", "Afterglow Avenue",
    "Rain on Tin", "Letters Home",
];

pub(crate) const ARTISTS: &[&str] = &[
    "The Paper Kites Club", "Mila Hart", "Juno & the Foxes", "Cobalt Avenue", "Rosa Lind", "Night Ferry",
    "The Velvet Owls", "Kofi Mensah Trio", "Ada Summer", "Harbor Lights", "Iris Okoye", "The Tin Lanterns",
    "Marlow & Finch", "Paper Moon Parade", "Nils Bergstrom Quartet", "Clara Vale", "The Long Weekend",
    "Saltmarsh", "Echo Harbor", "Tomas Rey",
];

pub(crate) const BOOKS: &[&str] = &[
    "The Salt Road", "A Map of Small Things", "The Winter Orchard", "Letters to the Coast",
    "The Clockmaker's House", "Under Copper Skies", "The Ninth Harbour", "Field Notes on Silence",
    "The Glass Gardener", "Rivers of Ink", "The Lighthouse Ledger", "A Season of Bees",
    "The Cartwright Letters", "Northbound", "The Quiet Museum", "What the River Kept", "Seven Rooms",
    "The Apple Thief", "Paper Bridges", "A Short History of Rain", "The Night Gardeners", "Borrowed Coats",
    "The Violin Maker's Wife", "Where the Road Bends", "The Last Ferry Home",
];

pub(crate) const TEAMS: &[&str] = &[
    "Harbour City FC", "Northside Rovers", "Redwood Wolves", "Lakeside Hawks", "Union Athletic",
    "Bay City Breakers", "Mountain Lions", "Capital Rangers", "Eastport Mariners", "Riverside United",
    "Stonebridge Town", "Highland Falcons", "Silver Lake Comets", "Oldfield Athletic", "Pine Valley Bears",
    "Westgate Rangers",
];

pub(crate) const STOCKS: &[&str] =
    &["NWT", "BLBL", "CBLT", "FRWD", "HLCN", "KSTR", "LUMN", "NMBS", "ORCH", "TDWB"];

pub(crate) const MEDICATIONS: &[&str] = &[
    "ibuprofen", "paracetamol", "amoxicillin", "metformin", "lisinopril", "atorvastatin", "cetirizine",
    "omeprazole", "levothyroxine", "salbutamol",
];

pub(crate) const EXERCISES: &[&str] = &[
    "running", "cycling", "swimming", "rowing", "yoga", "strength training", "hiking", "pilates", "walking",
];

pub(crate) const ANIMALS: &[&str] = &[
    "dog", "cat", "horse", "otter", "fox", "owl", "rabbit", "dolphin", "hedgehog", "parrot", "tortoise",
    "deer",
];

pub(crate) const PLANTS: &[&str] = &[
    "lavender", "basil", "monstera", "tomato", "rosemary", "orchid", "fern", "sunflower", "mint", "hydrangea",
];

pub(crate) const FILES: &[&str] = &[
    "budget.xlsx", "report.pdf", "notes.txt", "invoice.pdf", "slides.pptx", "photo.jpg", "contract.docx",
    "data.csv", "backup.zip", "logo.png", "agenda.md", "minutes.docx",
];

pub(crate) const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];

pub(crate) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
