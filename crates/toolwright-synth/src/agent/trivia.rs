//! Questions that anyone can answer without a tool: worked out here, or written down here with their answers, so the answers are right.
//!
//! Everything is kept clear of what tools are for: no weather, no prices of things, no dates that pass.

use toolwright_core::seed::Rng;

use super::name::listed;
use super::talk::Exchange;
use crate::world::lexicon::{CITIES, City, WEEKDAYS};

type Pairs = &'static [(&'static str, &'static str)];
/// A kind of question: a question and its answer.
type Ask = fn(&mut Rng) -> (String, String);

/// Every kind of question, with its weight.
const ASKS: &[(Ask, f64)] = &[
    (product, 1.0),
    (sum, 1.0),
    (difference, 0.8),
    (share, 1.0),
    (quotient, 0.7),
    (square, 0.4),
    (average, 0.8),
    (largest, 0.6),
    (rectangle, 0.8),
    (conversion, 1.6),
    (fahrenheit, 0.5),
    (elapsed, 0.9),
    (weekday, 0.8),
    (roman, 0.7),
    (binary, 0.6),
    (prime, 0.7),
    (reduced, 0.8),
    (split, 0.8),
    (country, 1.0),
    (capital, 1.0),
    (spelling, 0.9),
    (letters, 0.9),
    (backwards, 0.6),
    (alphabet, 0.9),
    (plural, 0.7),
    (past, 0.7),
    (synonym, 0.7),
    (antonym, 0.7),
    (translation, 1.2),
    (symbol, 0.6),
    (stands_for, 0.6),
    (wrote, 0.6),
    (known, 1.6),
];

/// A question that needs no tool.
pub(crate) fn direct(rng: &mut Rng) -> Exchange {
    let at = rng.weighted(ASKS.iter().map(|(_, weight)| *weight)).unwrap_or(0);
    let (question, answer) = ASKS.get(at).map_or_else(Default::default, |(ask, _)| ask(rng));
    #[rustfmt::skip]
    const OPENERS: &[&str] = &[
        "", "", "", "", "", "", "Random question: ", "Maybe a silly question: ", "Out of curiosity: ", "Quick question: ",
        "Help me settle a bet: ", "For a quiz: ", "My kid asks: ", "I blanked on this: ", "Sorry, basic question: ", "Just so I'm sure: ",
    ];
    let opener = pick(rng, OPENERS);
    // A kid asks what is asked in the third person, and is told nothing.
    const PLAIN: &[&str] =
        &["what", "how", "is", "who", "which", "can", "does", "why", "where", "when", "what's"];
    let first = question.split([' ', ',']).next().unwrap_or_default().to_lowercase();
    let told = !PLAIN.contains(&first.as_str()) || question.contains(" I ") || question.contains(" me");
    let opener = if ["quick", "sorry", "just"].contains(&first.as_str()) { "" } else { opener };
    let opener = if told && ["My kid", "For a quiz", "Help me"].iter().any(|who| opener.starts_with(who)) {
        ""
    } else {
        opener
    };
    let question = if opener.is_empty() { question } else { format!("{opener}{}", lower_first(&question)) };
    Exchange::one(question, answer)
}

fn pick<'a>(rng: &mut Rng, items: &[&'a str]) -> &'a str {
    rng.choose(items).copied().unwrap_or_default()
}

fn pair(rng: &mut Rng, pairs: Pairs) -> (&'static str, &'static str) {
    rng.choose(pairs).copied().unwrap_or_default()
}

/// Fills `@` and `#` of a way to ask or answer.
fn put(rng: &mut Rng, ways: &[&str], a: &str, b: &str) -> String {
    let mut out = String::new();
    for c in pick(rng, ways).chars() {
        match c {
            '@' => out.push_str(a),
            '#' => out.push_str(b),
            other => out.push(other),
        }
    }
    out
}

/// Hundredths as people write them: 3 or 2.5 or 2.25.
fn hundredths(n: i64) -> String {
    match (n % 100, n % 10) {
        (0, _) => (n / 100).to_string(),
        (_, 0) => format!("{}.{}", n / 100, n % 100 / 10),
        _ => format!("{}.{:02}", n / 100, n % 100),
    }
}

fn product(rng: &mut Rng) -> (String, String) {
    let (a, b) = (rng.between(12, 99), rng.between(3, 29));
    let (a, b, is) = (a.to_string(), b.to_string(), (a * b).to_string());
    let ask = put(
        rng,
        &[
            "What's @ times #?", "Quick maths: @ times #?", "How much is @ x #?",
            "Can you multiply @ by # for me?", "@ multiplied by #, how much is that?",
        ],
        &a,
        &b,
    );
    let all = format!("{a} times {b}");
    (ask, put(rng, &["@ is #.", "That's #.", "@ makes #."], &all, &is))
}

fn sum(rng: &mut Rng) -> (String, String) {
    let (a, b) = (rng.between(100, 999), rng.between(100, 999));
    let (x, y, is) = (a.to_string(), b.to_string(), (a + b).to_string());
    let ask = put(
        rng,
        &[
            "What's @ plus #?", "Could you work out @ plus #?", "How much is @ and #?",
            "Add @ and # for me, please.", "What do @ and # add up to?",
        ],
        &x,
        &y,
    );
    let all = format!("{x} plus {y}");
    (ask, put(rng, &["@ is #.", "That makes #.", "It comes to #."], &all, &is))
}

fn difference(rng: &mut Rng) -> (String, String) {
    let (b, gap) = (rng.between(20, 600), rng.between(11, 400));
    let (x, y) = ((b + gap).to_string(), b.to_string());
    let ask = put(
        rng,
        &[
            "What's @ minus #?", "How much is left if I take # from @?",
            "What's the difference between @ and #?", "@ less #, what's that?",
        ],
        &x,
        &y,
    );
    let all = format!("{x} minus {y}");
    (ask, put(rng, &["@ is #.", "That's #.", "#: @ leaves that."], &all, &gap.to_string()))
}

fn share(rng: &mut Rng) -> (String, String) {
    let (share, whole) = (rng.between(1, 19) * 5, rng.between(2, 60) * 20);
    let (s, w, is) = (share.to_string(), whole.to_string(), hundredths(share * whole));
    let ask = put(
        rng,
        &[
            "What is @% of #?", "How much is @% of #?", "Quick one, what's @ percent of #?",
            "If I take @% of #, how much is that?",
        ],
        &s,
        &w,
    );
    (ask, format!("{s}% of {w} is {is}."))
}

fn quotient(rng: &mut Rng) -> (String, String) {
    let (b, is) = (rng.between(3, 25), rng.between(4, 60));
    let (a, b, is) = ((b * is).to_string(), b.to_string(), is.to_string());
    let ask = put(
        rng,
        &[
            "What's @ divided by #?",
            "How many times does # go into @?",
            "Divide @ by #, please.",
            "If I deal @ cards to # people, how many does each get?",
        ],
        &a,
        &b,
    );
    let all = format!("{a} divided by {b}");
    (ask, put(rng, &["@ is #.", "Exactly #: @ leaves nothing over."], &all, &is))
}

fn square(rng: &mut Rng) -> (String, String) {
    let n = rng.between(11, 60);
    let (n, is) = (n.to_string(), (n * n).to_string());
    let ask = put(
        rng,
        &["What is @ squared?", "What's the square of @?", "Which number has the square root @?"],
        &n,
        "",
    );
    (ask, format!("{n} times {n} is {is}."))
}

fn average(rng: &mut Rng) -> (String, String) {
    let mean = rng.between(12, 90);
    let (a, b) = (rng.between(1, 11), rng.between(1, 11));
    let all = listed(&[(mean - a).to_string(), (mean + a + b).to_string(), (mean - b).to_string()]);
    let ask = put(
        rng,
        &["What's the average of @?", "Could you work out the mean of @?", "On average, how much are @?"],
        &all,
        "",
    );
    (ask, format!("They add up to {}, and a third of that is {mean}.", mean * 3))
}

fn largest(rng: &mut Rng) -> (String, String) {
    let mut all: Vec<i64> = Vec::new();
    while all.len() < 4 {
        let n = rng.between(1000, 9999);
        if !all.contains(&n) {
            all.push(n);
        }
    }
    let said: Vec<String> = all.iter().map(i64::to_string).collect();
    all.sort_unstable();
    let high = rng.chance(0.5);
    let ask = put(
        rng,
        &["Which is the @ of #?", "Out of #, which is the @?", "Tell me the @ of these: #."],
        if high { "largest" } else { "smallest" },
        &listed(&said),
    );
    let is = if high { all.last() } else { all.first() };
    (ask, format!("It's {}.", is.copied().unwrap_or_default()))
}

fn rectangle(rng: &mut Rng) -> (String, String) {
    let (a, b) = (rng.between(3, 40), rng.between(3, 40));
    let (x, y) = (a.to_string(), b.to_string());
    if rng.chance(0.5) {
        let ask = put(
            rng,
            &[
                "What's the area of a room of @ by # meters?",
                "How many square meters are @ by # meters?",
                "My garden is @ meters long and # wide. What's its area?",
            ],
            &x,
            &y,
        );
        return (ask, format!("{x} times {y} is {}, so {} square meters.", a * b, a * b));
    }
    let ask = put(
        rng,
        &[
            "What's the perimeter of a rectangle of @ by # meters?",
            "How long a fence goes around a field of @ by # meters?",
        ],
        &x,
        &y,
    );
    (ask, format!("Twice {x} plus twice {y} is {} meters.", 2 * (a + b)))
}

fn conversion(rng: &mut Rng) -> (String, String) {
    /// A bigger unit, how many of a smaller one it has, and that one.
    const UNITS: &[(&str, i64, &str)] = &[
        ("kilometers", 1000, "meters"),
        ("kilograms", 1000, "grams"),
        ("hours", 60, "minutes"),
        ("minutes", 60, "seconds"),
        ("weeks", 7, "days"),
        ("feet", 12, "inches"),
        ("yards", 3, "feet"),
        ("dozen eggs", 12, "eggs"),
        ("liters", 1000, "milliliters"),
        ("meters", 100, "centimeters"),
        ("days", 24, "hours"),
        ("years", 12, "months"),
        ("tonnes", 1000, "kilograms"),
        ("pounds", 16, "ounces"),
        ("decades", 10, "years"),
        ("tablespoons", 3, "teaspoons"),
        ("centimeters", 10, "millimeters"),
        ("bytes", 8, "bits"),
    ];
    let (big, times, small) = rng.choose(UNITS).copied().unwrap_or(("weeks", 7, "days"));
    let n = rng.between(2, 45);
    let (a, b) = (format!("{n} {big}"), format!("{} {small}", n * times));
    if rng.chance(0.5) {
        let ask =
            put(rng, &["How many # are @?", "How many # are there in @?", "@ in #, please?"], &a, small);
        return (ask, format!("{a} are {b}."));
    }
    let ask = put(rng, &["How many # are @?", "@, how many # is that?"], &b, big);
    (ask, format!("{b} are {a}."))
}

fn fahrenheit(rng: &mut Rng) -> (String, String) {
    let c = rng.between(-6, 40) * 5;
    let f = (c * 9 / 5 + 32).to_string();
    let ask = put(
        rng,
        &["What's @ degrees Celsius in Fahrenheit?", "How do I turn @°C into Fahrenheit?"],
        &c.to_string(),
        "",
    );
    (ask, format!("Times 9, divided by 5, plus 32: {c}°C is {f}°F."))
}

fn elapsed(rng: &mut Rng) -> (String, String) {
    let (start, long) = (rng.between(72, 200) * 5, rng.between(5, 70) * 5);
    let clock = |at: i64| format!("{}:{:02}", at / 60, at % 60);
    let ask = put(
        rng,
        &[
            "How long is it from @ to #?",
            "How much time is there between @ and #?",
            "If something starts at @ and ends at #, how long does it take?",
        ],
        &clock(start),
        &clock(start + long),
    );
    let said = match (long / 60, long % 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (1, 0) => "exactly one hour".to_owned(),
        (hours, 0) => format!("exactly {hours} hours"),
        (1, minutes) => format!("1 hour and {minutes} minutes"),
        (hours, minutes) => format!("{hours} hours and {minutes} minutes"),
    };
    (ask, format!("That's {said}."))
}

fn weekday(rng: &mut Rng) -> (String, String) {
    let (at, days) = (rng.below(7), 3 + rng.below(60));
    let ask = put(
        rng,
        &[
            "What weekday comes # days after a @?",
            "If it's a @, which weekday is it # days later?",
            "Counting # days on from a @, where do I land?",
        ],
        WEEKDAYS[at],
        &days.to_string(),
    );
    let day = WEEKDAYS[(at + days) % 7];
    let weeks = if days / 7 == 1 { "1 week".to_owned() } else { format!("{} weeks", days / 7) };
    let said = match (days / 7, days % 7) {
        (0, _) => format!("A {day}."),
        (_, 0) => format!("A {day} again: {days} days are exactly {weeks}."),
        (_, 1) => format!("A {day}: {days} days are {weeks} and 1 day."),
        (_, rest) => format!("A {day}: {days} days are {weeks} and {rest} days."),
    };
    (ask, said)
}

fn roman(rng: &mut Rng) -> (String, String) {
    const SIGNS: &[(i64, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let n = rng.between(11, 1999);
    let (mut rest, mut sign) = (n, String::new());
    for (worth, letters) in SIGNS {
        while rest >= *worth {
            sign.push_str(letters);
            rest -= worth;
        }
    }
    let n = n.to_string();
    if rng.chance(0.5) {
        return (
            put(rng, &["What's the Roman numeral for @?", "How do you write @ in Roman numerals?"], &n, ""),
            format!("{n} is {sign} in Roman numerals."),
        );
    }
    (
        put(
            rng,
            &["What number is @ in Roman numerals?", "There's a stone with @ on it. What number is that?"],
            &sign,
            "",
        ),
        format!("{sign} is {n}."),
    )
}

fn binary(rng: &mut Rng) -> (String, String) {
    let n = rng.between(9, 500);
    let ask = put(
        rng,
        &["What's @ in binary?", "How do I write @ in the binary system?", "Which bits make @?"],
        &n.to_string(),
        "",
    );
    (ask, format!("{n} is {n:b} in binary."))
}

fn prime(rng: &mut Rng) -> (String, String) {
    let n = rng.between(21, 999) | 1;
    let ask = put(
        rng,
        &["Is @ a prime number?", "Is @ prime?", "Can @ be divided by anything but 1 and itself?"],
        &n.to_string(),
        "",
    );
    let factor = (3..n).step_by(2).take_while(|f| f * f <= n).find(|f| n % f == 0);
    let yes = ask.starts_with("Is");
    (
        ask,
        match factor {
            Some(f) => format!("{}, {n} is {f} times {}.", if yes { "No" } else { "Yes" }, n / f),
            None => format!("{}, {n} is a prime number.", if yes { "Yes" } else { "No" }),
        },
    )
}

fn reduced(rng: &mut Rng) -> (String, String) {
    let (percent, price) = (rng.between(1, 14) * 5, rng.between(2, 60) * 20);
    let is = hundredths(price * (100 - percent));
    let (p, w) = (percent.to_string(), price.to_string());
    let ask = put(
        rng,
        &[
            "If something costs # and gets @% off, what do I pay?",
            "What's # reduced by @%?",
            "@% off #, how much is left?",
        ],
        &p,
        &w,
    );
    (ask, format!("{p}% of {w} is {}, which leaves {is}.", hundredths(price * percent)))
}

fn split(rng: &mut Rng) -> (String, String) {
    let (people, each) = (rng.between(3, 12), rng.between(50, 900) * 5);
    let (bill, each) = (hundredths(people * each * 10), hundredths(each * 10));
    let ask = put(
        rng,
        &[
            "We're # people and the bill is @. How much does each of us pay?",
            "Split @ among # people, please.",
            "# friends share a bill of @ evenly. What's one share?",
        ],
        &bill,
        &people.to_string(),
    );
    (ask, format!("{bill} divided by {people} is {each} each."))
}

fn country(rng: &mut Rng) -> (String, String) {
    let states: Vec<&City> = CITIES.iter().filter(|city| city.name != city.country).collect();
    let city = rng.choose(&states).copied().unwrap_or(&CITIES[0]);
    let ask = put(
        rng,
        &[
            "Which country do you have to go to if you want to see @?",
            "In which country is @?",
            "Remind me, what country is home to @?",
            "@ is in which country again?",
            "What country does @ belong to?",
            "Where on the map do I find @? Just the country.",
        ],
        city.name,
        "",
    );
    let country = with_article(city.country);
    (ask, put(rng, &["@ is in #.", "That's #: @ lies there."], city.name, &country))
}

fn capital(rng: &mut Rng) -> (String, String) {
    const CAPITALS: Pairs = &[
        ("Norway", "Oslo"),
        ("Sweden", "Stockholm"),
        ("Finland", "Helsinki"),
        ("Denmark", "Copenhagen"),
        ("Iceland", "Reykjavik"),
        ("Ireland", "Dublin"),
        ("Portugal", "Lisbon"),
        ("Spain", "Madrid"),
        ("France", "Paris"),
        ("Belgium", "Brussels"),
        ("Germany", "Berlin"),
        ("Austria", "Vienna"),
        ("Italy", "Rome"),
        ("Greece", "Athens"),
        ("Poland", "Warsaw"),
        ("Czechia", "Prague"),
        ("Hungary", "Budapest"),
        ("Romania", "Bucharest"),
        ("Bulgaria", "Sofia"),
        ("Croatia", "Zagreb"),
        ("Estonia", "Tallinn"),
        ("Latvia", "Riga"),
        ("Lithuania", "Vilnius"),
        ("Ukraine", "Kyiv"),
        ("Turkey", "Ankara"),
        ("Egypt", "Cairo"),
        ("Morocco", "Rabat"),
        ("Kenya", "Nairobi"),
        ("Ghana", "Accra"),
        ("Senegal", "Dakar"),
        ("Ethiopia", "Addis Ababa"),
        ("Japan", "Tokyo"),
        ("China", "Beijing"),
        ("South Korea", "Seoul"),
        ("Thailand", "Bangkok"),
        ("Vietnam", "Hanoi"),
        ("Mongolia", "Ulaanbaatar"),
        ("Nepal", "Kathmandu"),
        ("Bangladesh", "Dhaka"),
        ("Iraq", "Baghdad"),
        ("Jordan", "Amman"),
        ("Canada", "Ottawa"),
        ("Mexico", "Mexico City"),
        ("Cuba", "Havana"),
        ("Jamaica", "Kingston"),
        ("Brazil", "Brasília"),
        ("Argentina", "Buenos Aires"),
        ("Chile", "Santiago"),
        ("Peru", "Lima"),
        ("Uruguay", "Montevideo"),
        ("Colombia", "Bogotá"),
        ("Ecuador", "Quito"),
        ("Australia", "Canberra"),
        ("New Zealand", "Wellington"),
        ("Slovenia", "Ljubljana"),
        ("Slovakia", "Bratislava"),
        ("Albania", "Tirana"),
        ("Malta", "Valletta"),
        ("Tunisia", "Tunis"),
        ("Zambia", "Lusaka"),
    ];
    let (country, city) = pair(rng, CAPITALS);
    if rng.chance(0.7) {
        let ask = put(
            rng,
            &[
                "What's the capital of @?", "Which city is the capital of @?",
                "Name the capital of @, please.", "@'s capital is called what again?",
            ],
            country,
            "",
        );
        return (ask, put(rng, &["The capital of @ is #.", "It's #."], country, city));
    }
    (
        put(rng, &["@ is the capital of which country?", "Of which country is @ the capital?"], city, ""),
        format!("{city} is the capital of {country}."),
    )
}

#[rustfmt::skip]
const HARD: &[&str] = &[
    "accommodate", "necessary", "rhythm", "separate", "occurrence", "questionnaire", "conscience", "embarrass", "liaison", "mischievous",
    "bureaucracy", "definitely", "maintenance", "pronunciation", "restaurant", "millennium", "parallel", "committee", "acquire", "guarantee",
    "harass", "hierarchy", "jewellery", "knowledge", "leisure", "license", "manoeuvre", "noticeable", "privilege", "receive", "recommend",
    "rehearsal", "schedule", "sergeant", "silhouette", "succeed", "threshold", "tongue", "vacuum", "weird", "yacht", "zealous", "queue",
    "entrepreneur", "cemetery", "calendar", "beginning", "argument", "aquarium", "architecture", "lieutenant", "psychology",
    "pharaoh", "rendezvous", "raspberry", "souvenir", "supersede", "twelfth", "unnecessary", "vegetable", "exhilarate",
];

fn hard(rng: &mut Rng) -> &'static str {
    pick(rng, HARD)
}

fn spelling(rng: &mut Rng) -> (String, String) {
    let word = hard(rng);
    let spelled: Vec<String> = word.chars().map(|c| c.to_uppercase().to_string()).collect();
    let ask = put(
        rng,
        &[
            "Can you spell out \"@\"?",
            "Could you spell the word \"@\"?",
            "Spell this for me letter by letter, please: \"@\"",
            "How is \"@\" spelled? Letter by letter, please.",
            "Give me the letters of \"@\" one by one.",
        ],
        word,
        "",
    );
    (ask, format!("{}.", spelled.join("-")))
}

fn letters(rng: &mut Rng) -> (String, String) {
    let word = hard(rng);
    if rng.chance(0.5) {
        let ask = put(
            rng,
            &[
                "How many letters does \"@\" have?", "Count the letters in \"@\", please.",
                "How long is the word \"@\"?",
            ],
            word,
            "",
        );
        return (ask, format!("\"{word}\" has {} letters.", word.chars().count()));
    }
    let letter = word.chars().nth(rng.below(word.len())).unwrap_or('e');
    let count = word.chars().filter(|c| *c == letter).count();
    let ask = put(
        rng,
        &["How often does the letter # occur in \"@\"?", "How many times is there a letter # in \"@\"?"],
        word,
        &letter.to_string(),
    );
    (
        ask,
        if count == 1 {
            format!("Once: \"{word}\" has a single {letter}.")
        } else {
            format!("\"{word}\" has the letter {letter} {count} times.")
        },
    )
}

fn backwards(rng: &mut Rng) -> (String, String) {
    let word = hard(rng);
    let ask = put(
        rng,
        &[
            "What's \"@\" backwards?",
            "Write \"@\" in reverse, please.",
            "If I read \"@\" from right to left, what do I get?",
        ],
        word,
        "",
    );
    (ask, format!("\"{}\".", word.chars().rev().collect::<String>()))
}

fn alphabet(rng: &mut Rng) -> (String, String) {
    let mut words: Vec<String> = Vec::new();
    while words.len() < 4 {
        let word = hard(rng).to_owned();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let ask = put(
        rng,
        &[
            "Put these in alphabetical order: @.",
            "Can you sort these words alphabetically: @?",
            "Alphabetical order, please: @.",
        ],
        &words.join(", "),
        "",
    );
    words.sort();
    (ask, format!("In alphabetical order: {}.", words.join(", ")))
}

fn plural(rng: &mut Rng) -> (String, String) {
    const FORMS: Pairs = &[
        ("criterion", "criteria"),
        ("phenomenon", "phenomena"),
        ("ox", "oxen"),
        ("goose", "geese"),
        ("mouse", "mice"),
        ("tooth", "teeth"),
        ("child", "children"),
        ("analysis", "analyses"),
        ("thesis", "theses"),
        ("crisis", "crises"),
        ("cactus", "cacti"),
        ("fungus", "fungi"),
        ("nucleus", "nuclei"),
        ("datum", "data"),
        ("bacterium", "bacteria"),
        ("curriculum", "curricula"),
        ("leaf", "leaves"),
        ("wolf", "wolves"),
        ("knife", "knives"),
        ("shelf", "shelves"),
        ("loaf", "loaves"),
        ("calf", "calves"),
        ("thief", "thieves"),
        ("hypothesis", "hypotheses"),
        ("matrix", "matrices"),
        ("vertex", "vertices"),
        ("larva", "larvae"),
        ("potato", "potatoes"),
        ("tomato", "tomatoes"),
        ("hero", "heroes"),
        ("louse", "lice"),
        ("foot", "feet"),
        ("sheep", "sheep"),
        ("deer", "deer"),
        ("passer-by", "passers-by"),
        ("mother-in-law", "mothers-in-law"),
        ("axis", "axes"),
        ("oasis", "oases"),
        ("alumnus", "alumni"),
        ("stimulus", "stimuli"),
    ];
    let (one, many) = pair(rng, FORMS);
    let ask = put(
        rng,
        &[
            "What's the plural of \"@\"?", "One @, two what?", "How do you form the plural of \"@\"?",
            "What do I call more than one @?",
        ],
        one,
        "",
    );
    (ask, put(rng, &["The plural of \"@\" is \"#\".", "\"#\": one @, several #."], one, many))
}

fn past(rng: &mut Rng) -> (String, String) {
    const FORMS: Pairs = &[
        ("lead", "led"),
        ("seek", "sought"),
        ("teach", "taught"),
        ("bring", "brought"),
        ("catch", "caught"),
        ("swim", "swam"),
        ("begin", "began"),
        ("drink", "drank"),
        ("sing", "sang"),
        ("ring", "rang"),
        ("sink", "sank"),
        ("fly", "flew"),
        ("grow", "grew"),
        ("know", "knew"),
        ("throw", "threw"),
        ("draw", "drew"),
        ("blow", "blew"),
        ("freeze", "froze"),
        ("speak", "spoke"),
        ("steal", "stole"),
        ("choose", "chose"),
        ("forget", "forgot"),
        ("hide", "hid"),
        ("ride", "rode"),
        ("rise", "rose"),
        ("write", "wrote"),
        ("drive", "drove"),
        ("shake", "shook"),
        ("take", "took"),
        ("stand", "stood"),
        ("tell", "told"),
        ("sell", "sold"),
        ("feel", "felt"),
        ("keep", "kept"),
        ("sleep", "slept"),
        ("sweep", "swept"),
        ("leave", "left"),
        ("lend", "lent"),
        ("spend", "spent"),
        ("bend", "bent"),
        ("cling", "clung"),
        ("swing", "swung"),
        ("wind", "wound"),
        ("bind", "bound"),
        ("find", "found"),
        ("strike", "struck"),
        ("dig", "dug"),
        ("shoot", "shot"),
        ("lose", "lost"),
        ("tear", "tore"),
    ];
    let (base, past) = pair(rng, FORMS);
    let ask = put(
        rng,
        &[
            "What's the past tense of \"to @\"?",
            "Today I @, yesterday I ...?",
            "How do I put \"@\" into the simple past?",
        ],
        base,
        "",
    );
    (ask, put(rng, &["The past tense of \"@\" is \"#\".", "It is \"#\", from \"to @\"."], base, past))
}

fn synonym(rng: &mut Rng) -> (String, String) {
    const WORDS: Pairs = &[
        ("important", "significant"),
        ("happy", "cheerful"),
        ("sad", "sorrowful"),
        ("big", "sizeable"),
        ("small", "tiny"),
        ("fast", "swift"),
        ("smart", "clever"),
        ("brave", "courageous"),
        ("angry", "furious"),
        ("calm", "serene"),
        ("begin", "commence"),
        ("end", "conclude"),
        ("help", "assist"),
        ("buy", "purchase"),
        ("show", "demonstrate"),
        ("hard", "difficult"),
        ("easy", "effortless"),
        ("old", "aged"),
        ("strange", "peculiar"),
        ("careful", "cautious"),
        ("honest", "sincere"),
        ("lazy", "idle"),
        ("rich", "wealthy"),
        ("quiet", "silent"),
        ("strong", "sturdy"),
        ("weak", "feeble"),
        ("tired", "weary"),
        ("answer", "reply"),
        ("ask", "inquire"),
        ("build", "construct"),
        ("choose", "select"),
        ("fix", "repair"),
        ("hide", "conceal"),
        ("need", "require"),
        ("try", "attempt"),
        ("use", "employ"),
        ("wish", "desire"),
    ];
    let (word, other) = pair(rng, WORDS);
    let ask = put(
        rng,
        &[
            "What's a good synonym for \"@\"?",
            "Give me another word for \"@\".",
            "I've written \"@\" too often. What else could I say?",
            "What else can I say for \"@\" in a formal letter?",
        ],
        word,
        "",
    );
    (ask, put(rng, &["\"#\" fits well instead of \"@\".", "You could write \"#\"."], word, other))
}

fn antonym(rng: &mut Rng) -> (String, String) {
    const WORDS: Pairs = &[
        ("generous", "stingy"),
        ("expand", "shrink"),
        ("ancient", "modern"),
        ("shallow", "deep"),
        ("humble", "proud"),
        ("rough", "smooth"),
        ("scarce", "plentiful"),
        ("temporary", "permanent"),
        ("artificial", "natural"),
        ("arrive", "depart"),
        ("accept", "refuse"),
        ("increase", "decrease"),
        ("private", "public"),
        ("rigid", "flexible"),
        ("victory", "defeat"),
        ("guilty", "innocent"),
        ("transparent", "opaque"),
        ("voluntary", "compulsory"),
        ("maximum", "minimum"),
        ("optimist", "pessimist"),
        ("export", "import"),
        ("praise", "criticize"),
        ("bold", "timid"),
        ("dull", "sharp"),
        ("loose", "tight"),
        ("narrow", "wide"),
        ("polite", "rude"),
        ("reveal", "conceal"),
        ("simple", "complex"),
        ("wild", "tame"),
        ("absent", "present"),
        ("bitter", "sweet"),
        ("borrow", "lend"),
        ("cruel", "kind"),
        ("early", "late"),
        ("friend", "enemy"),
    ];
    let (word, other) = pair(rng, WORDS);
    let ask = put(
        rng,
        &[
            "What's the opposite of \"@\"?", "What's an antonym of \"@\"?",
            "What's the opposite word to \"@\"?", "Which word means the reverse of \"@\"?",
        ],
        word,
        "",
    );
    (ask, put(rng, &["The opposite of \"@\" is \"#\".", "\"#\" is the usual opposite."], word, other))
}

fn translation(rng: &mut Rng) -> (String, String) {
    const LANGUAGES: [&str; 5] = ["Spanish", "French", "German", "Italian", "Portuguese"];
    const WORDS: &[(&str, [&str; 5])] = &[
        ("thank you", ["gracias", "merci", "danke", "grazie", "obrigado"]),
        ("please", ["por favor", "s'il vous plaît", "bitte", "per favore", "por favor"]),
        ("good morning", ["buenos días", "bonjour", "guten Morgen", "buongiorno", "bom dia"]),
        ("good night", ["buenas noches", "bonne nuit", "gute Nacht", "buona notte", "boa noite"]),
        ("water", ["agua", "eau", "Wasser", "acqua", "água"]),
        ("bread", ["pan", "pain", "Brot", "pane", "pão"]),
        ("milk", ["leche", "lait", "Milch", "latte", "leite"]),
        ("house", ["casa", "maison", "Haus", "casa", "casa"]),
        ("book", ["libro", "livre", "Buch", "libro", "livro"]),
        ("friend", ["amigo", "ami", "Freund", "amico", "amigo"]),
        ("cat", ["gato", "chat", "Katze", "gatto", "gato"]),
        ("dog", ["perro", "chien", "Hund", "cane", "cão"]),
        ("sun", ["sol", "soleil", "Sonne", "sole", "sol"]),
        ("moon", ["luna", "lune", "Mond", "luna", "lua"]),
        ("red", ["rojo", "rouge", "rot", "rosso", "vermelho"]),
        ("green", ["verde", "vert", "grün", "verde", "verde"]),
        ("one", ["uno", "un", "eins", "uno", "um"]),
        ("ten", ["diez", "dix", "zehn", "dieci", "dez"]),
        ("yes", ["sí", "oui", "ja", "sì", "sim"]),
        ("today", ["hoy", "aujourd'hui", "heute", "oggi", "hoje"]),
        ("apple", ["manzana", "pomme", "Apfel", "mela", "maçã"]),
        ("cheese", ["queso", "fromage", "Käse", "formaggio", "queijo"]),
        ("train", ["tren", "train", "Zug", "treno", "trem"]),
        ("street", ["calle", "rue", "Straße", "strada", "rua"]),
        ("school", ["escuela", "école", "Schule", "scuola", "escola"]),
        ("night", ["noche", "nuit", "Nacht", "notte", "noite"]),
        ("flower", ["flor", "fleur", "Blume", "fiore", "flor"]),
        ("sea", ["mar", "mer", "Meer", "mare", "mar"]),
        ("bird", ["pájaro", "oiseau", "Vogel", "uccello", "pássaro"]),
        ("love", ["amor", "amour", "Liebe", "amore", "amor"]),
    ];
    let at = rng.below(5);
    let (word, forms) = rng.choose(WORDS).copied().unwrap_or(WORDS[0]);
    let language = LANGUAGES[at];
    let ask = put(
        rng,
        &[
            "How do you say \"@\" in #?", "What's the # word for \"@\"?", "What is \"@\" in #?",
            "\"@\" in #, please?",
        ],
        word,
        language,
    );
    (
        ask,
        put(
            rng,
            &["\"@\" is the usual # for it.", "It's \"@\" in #.", "In # you say \"@\"."],
            forms[at],
            language,
        ),
    )
}

fn symbol(rng: &mut Rng) -> (String, String) {
    const ELEMENTS: Pairs = &[
        ("gold", "Au"),
        ("silver", "Ag"),
        ("iron", "Fe"),
        ("copper", "Cu"),
        ("lead", "Pb"),
        ("tin", "Sn"),
        ("mercury", "Hg"),
        ("sodium", "Na"),
        ("potassium", "K"),
        ("tungsten", "W"),
        ("oxygen", "O"),
        ("hydrogen", "H"),
        ("helium", "He"),
        ("carbon", "C"),
        ("nitrogen", "N"),
        ("neon", "Ne"),
        ("calcium", "Ca"),
        ("zinc", "Zn"),
        ("nickel", "Ni"),
        ("chlorine", "Cl"),
        ("iodine", "I"),
        ("sulfur", "S"),
        ("phosphorus", "P"),
        ("aluminum", "Al"),
        ("silicon", "Si"),
        ("magnesium", "Mg"),
        ("uranium", "U"),
        ("platinum", "Pt"),
        ("titanium", "Ti"),
        ("argon", "Ar"),
        ("lithium", "Li"),
        ("cobalt", "Co"),
        ("bromine", "Br"),
        ("xenon", "Xe"),
        ("barium", "Ba"),
    ];
    let (element, sign) = pair(rng, ELEMENTS);
    if rng.chance(0.6) {
        return (
            put(
                rng,
                &[
                    "What is the chemical symbol for @?",
                    "Which letters stand for @ in chemistry?",
                    "What's @'s symbol in the periodic table?",
                ],
                element,
                "",
            ),
            format!("It is {sign}."),
        );
    }
    (
        put(
            rng,
            &["Which element has the symbol @?", "What does @ stand for in the periodic table?"],
            sign,
            "",
        ),
        format!("{sign} is {element}."),
    )
}

fn stands_for(rng: &mut Rng) -> (String, String) {
    const SHORT: Pairs = &[
        ("RSVP", "the French \"répondez s'il vous plaît\": please reply"),
        ("HTTP", "Hypertext Transfer Protocol"),
        ("CPU", "central processing unit"),
        ("DNA", "deoxyribonucleic acid"),
        ("NASA", "National Aeronautics and Space Administration"),
        ("PDF", "Portable Document Format"),
        ("GPS", "Global Positioning System"),
        ("USB", "Universal Serial Bus"),
        ("RAM", "random access memory"),
        ("HTML", "Hypertext Markup Language"),
        ("FAQ", "frequently asked questions"),
        ("ETA", "estimated time of arrival"),
        ("VIP", "very important person"),
        ("UFO", "unidentified flying object"),
        ("LED", "light-emitting diode"),
        ("URL", "uniform resource locator"),
        ("SQL", "Structured Query Language"),
        ("ISBN", "International Standard Book Number"),
        ("SIM", "subscriber identity module"),
        ("JPEG", "Joint Photographic Experts Group"),
        ("AM", "ante meridiem, Latin for before noon"),
        ("PM", "post meridiem, Latin for after noon"),
        ("IOU", "\"I owe you\""),
        ("DIY", "do it yourself"),
        ("BMI", "body mass index"),
        ("ATM", "automated teller machine"),
        ("PIN", "personal identification number"),
        ("MRI", "magnetic resonance imaging"),
        ("UN", "United Nations"),
        ("WHO", "World Health Organization"),
        ("GDP", "gross domestic product"),
        ("CEO", "chief executive officer"),
    ];
    let (short, long) = pair(rng, SHORT);
    let ask = put(
        rng,
        &[
            "What does @ stand for?",
            "What's @ short for?",
            "What do the letters @ mean?",
            "Spell out the abbreviation @ for me, please.",
        ],
        short,
        "",
    );
    (ask, put(rng, &["@ stands for #.", "It's short for #."], short, long))
}

fn wrote(rng: &mut Rng) -> (String, String) {
    const WORKS: &[(&str, &str, &str)] = &[
        ("Pride and Prejudice", "wrote", "Jane Austen"),
        ("Romeo and Juliet", "wrote", "William Shakespeare"),
        ("Moby-Dick", "wrote", "Herman Melville"),
        ("Don Quixote", "wrote", "Miguel de Cervantes"),
        ("War and Peace", "wrote", "Leo Tolstoy"),
        ("Crime and Punishment", "wrote", "Fyodor Dostoevsky"),
        ("Great Expectations", "wrote", "Charles Dickens"),
        ("Jane Eyre", "wrote", "Charlotte Brontë"),
        ("Wuthering Heights", "wrote", "Emily Brontë"),
        ("Frankenstein", "wrote", "Mary Shelley"),
        ("Dracula", "wrote", "Bram Stoker"),
        ("The Odyssey", "wrote", "Homer, by tradition"),
        ("Les Misérables", "wrote", "Victor Hugo"),
        ("Faust", "wrote", "Johann Wolfgang von Goethe"),
        ("The Divine Comedy", "wrote", "Dante Alighieri"),
        ("Treasure Island", "wrote", "Robert Louis Stevenson"),
        ("Alice's Adventures in Wonderland", "wrote", "Lewis Carroll"),
        ("Twenty Thousand Leagues Under the Seas", "wrote", "Jules Verne"),
        ("Madame Bovary", "wrote", "Gustave Flaubert"),
        ("The Four Seasons", "composed", "Antonio Vivaldi"),
        ("The Magic Flute", "composed", "Wolfgang Amadeus Mozart"),
        ("Swan Lake", "composed", "Pyotr Ilyich Tchaikovsky"),
        ("Carmen", "composed", "Georges Bizet"),
        ("The Ring of the Nibelung", "composed", "Richard Wagner"),
        ("Aida", "composed", "Giuseppe Verdi"),
        ("the Moonlight Sonata", "composed", "Ludwig van Beethoven"),
        ("the Brandenburg Concertos", "composed", "Johann Sebastian Bach"),
        ("the Mona Lisa", "painted", "Leonardo da Vinci"),
        ("The Starry Night", "painted", "Vincent van Gogh"),
        ("Girl with a Pearl Earring", "painted", "Johannes Vermeer"),
        ("The Night Watch", "painted", "Rembrandt"),
        ("Guernica", "painted", "Pablo Picasso"),
        ("The Scream", "painted", "Edvard Munch"),
        ("The Birth of Venus", "painted", "Sandro Botticelli"),
        ("Las Meninas", "painted", "Diego Velázquez"),
    ];
    let (work, verb, who) = rng.choose(WORKS).copied().unwrap_or(WORKS[0]);
    let ask = put(
        rng,
        &["Who # @?", "Remind me, who # @?", "Whose work is @? I mean, who # it?", "I know @, but who # it?"],
        work,
        verb,
    );
    (ask, put(rng, &["That was #.", "@ is by #."], &super::name::capitalised(work), who))
}

fn known(rng: &mut Rng) -> (String, String) {
    let (question, answer) = pair(rng, KNOWN);
    (question.to_owned(), answer.to_owned())
}

fn with_article(country: &str) -> String {
    let plural = ["United", "Netherlands", "Philippines"].iter().any(|word| country.starts_with(word));
    if plural { format!("the {country}") } else { country.to_owned() }
}

/// A question after an opener: only its first word loses its capital, unless that is a name.
fn lower_first(text: &str) -> String {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "What", "What's", "How", "Which", "Who", "Whose", "Can", "Could", "Why", "Is", "When", "Where", "Should", "In", "If", "Add", "Divide", "Split", "Name", "Spell",
        "Give", "Count", "Write", "Put", "Tell", "Out", "On", "Of", "One", "Remind", "Quick", "Explain", "Do", "Does", "Alphabetical", "There's", "My", "We're", "Counting",
    ];
    let first = text.split([' ', ',', ':']).next().unwrap_or_default();
    if !WORDS.contains(&first) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// Questions with their answers: plain knowledge.
const KNOWN: &[(&str, &str)] = &[
    (
        "What's the difference between a simile and a metaphor?",
        "A simile compares with \"like\" or \"as\" (brave as a lion); a metaphor says that one thing is the other (he is a lion).",
    ),
    (
        "Why is the sky blue?",
        "Air scatters short wavelengths of sunlight more than long ones, so blue light reaches our eyes from all over the sky.",
    ),
    ("How many sides does a hexagon have?", "A hexagon has six sides."),
    (
        "What does the prefix \"tele\" mean?",
        "It comes from Greek and means \"far\" or \"at a distance\", as in telephone and telescope.",
    ),
    ("Who wrote Pride and Prejudice?", "Jane Austen wrote it; it was first published in 1813."),
    (
        "What is photosynthesis, in one sentence?",
        "It is how plants use light to turn water and carbon dioxide into sugar and oxygen.",
    ),
    ("What's the plural of \"criterion\"?", "The plural is \"criteria\"."),
    (
        "Can you explain what compound interest is?",
        "It is interest that is paid on the interest earned before as well as on the original sum, so the balance grows faster every period.",
    ),
    ("What are the primary colors of light?", "Red, green and blue."),
    (
        "What's a good synonym for \"important\" in a formal letter?",
        "\"Significant\" or \"essential\" both fit well in a formal letter.",
    ),
    (
        "Is it \"fewer emails\" or \"less emails\"?",
        "\"Fewer emails\", because emails can be counted. \"Less\" goes with things that cannot, such as time.",
    ),
    (
        "How do I politely decline a meeting invitation?",
        "Thank them, decline in one sentence, and offer an alternative: \"Thank you for the invitation. I can't make it this time; would you share the notes with me afterwards?\"",
    ),
    (
        "What does RSVP stand for?",
        "It is French: \"répondez s'il vous plaît\", which means \"please reply\".",
    ),
    (
        "What's the boiling point of water in Celsius at sea level?",
        "Water boils at 100 degrees Celsius at sea level.",
    ),
    ("Who painted the Mona Lisa?", "Leonardo da Vinci painted it in the early 16th century."),
    (
        "What's the difference between RAM and storage?",
        "RAM holds what the computer is working on right now and forgets it without power; storage keeps your files for good.",
    ),
    (
        "Explain recursion to a beginner, please.",
        "A recursive function solves a problem by calling itself on a smaller piece of it, until the piece is so small that the answer is known.",
    ),
    ("What is the largest planet in our solar system?", "Jupiter is the largest planet in our solar system."),
    ("How many minutes are there in a day?", "There are 1,440 minutes in a day: 24 hours of 60 minutes."),
    ("What's an antonym of \"generous\"?", "\"Stingy\" is a common one; \"miserly\" is a bit more formal."),
    (
        "What does \"break a leg\" mean?",
        "It is a way of wishing somebody good luck, mostly before they go on stage.",
    ),
    (
        "Why do we have leap years?",
        "A year is about 365.24 days long, so an extra day nearly every four years keeps the calendar in step with the seasons.",
    ),
    (
        "What's the difference between weather and climate?",
        "Weather is what happens from day to day; climate is the pattern of it over decades.",
    ),
    ("Which gas do humans need to breathe to survive?", "Oxygen."),
    ("How do you say \"thank you\" in Spanish?", "\"Gracias\"."),
    ("How would you say \"good morning\" in French?", "\"Bonjour\" is the usual greeting in the morning."),
    (
        "What is a haiku?",
        "A short Japanese poem of three lines with five, seven and five syllables, often about nature.",
    ),
    (
        "What does a semicolon do?",
        "It joins two closely related sentences that could stand alone, or separates list items that already contain commas.",
    ),
    ("Who discovered penicillin?", "Alexander Fleming discovered it in 1928."),
    ("What is the chemical symbol for gold?", "It is Au, from the Latin word aurum."),
    (
        "Can you give me a one-line definition of inflation?",
        "Inflation is a general rise in prices over time, so that the same money buys less.",
    ),
    (
        "What's the difference between a virus and a bacterium?",
        "A bacterium is a living cell that can multiply by itself; a virus is much smaller and needs the cells of a host.",
    ),
    (
        "How many players does a football team have on the pitch?",
        "Eleven players on each side, the goalkeeper included.",
    ),
    ("What is the longest bone in the human body?", "The femur, the thigh bone."),
    (
        "What's a polite way to ask for a deadline extension?",
        "Say why, say how long, and show what is done: \"The draft is complete, but I need two more days for the review. Would Thursday work for you?\"",
    ),
    ("What does HTTP stand for?", "Hypertext Transfer Protocol."),
    ("What is the opposite of \"expand\"?", "\"Contract\" or \"shrink\"."),
    ("What are the three states of matter taught in school?", "Solid, liquid and gas."),
    (
        "Is a tomato a fruit or a vegetable?",
        "Botanically it is a fruit; in the kitchen it is treated as a vegetable.",
    ),
    (
        "How many continents are there?",
        "In the most common count there are seven: Africa, Antarctica, Asia, Australia, Europe, North America and South America.",
    ),
    (
        "What's the capital of Australia?",
        "The capital of Australia is Canberra, not Sydney as many people think.",
    ),
    ("Which planet is closest to the sun?", "Mercury is the closest planet to the sun."),
    (
        "Why do the seasons change?",
        "Because the Earth's axis is tilted: over a year each hemisphere leans toward the sun for some months and away from it for others.",
    ),
    (
        "What does \"per se\" mean?",
        "It is Latin for \"by itself\": something per se is that thing taken on its own.",
    ),
    (
        "Is it \"affect\" or \"effect\" in \"the noise affects my sleep\"?",
        "\"Affects\" is right. \"Affect\" is usually the verb and \"effect\" the noun.",
    ),
    (
        "When do I use \"its\" and when \"it's\"?",
        "\"Its\" shows possession, as in \"the dog wagged its tail\"; \"it's\" is short for \"it is\" or \"it has\".",
    ),
    (
        "What's the difference between \"i.e.\" and \"e.g.\"?",
        "\"I.e.\" means \"that is\" and restates something; \"e.g.\" means \"for example\" and gives some cases out of several.",
    ),
    ("How many degrees are in a right angle?", "A right angle has 90 degrees."),
    (
        "What is a prime number?",
        "A whole number greater than 1 that can be divided without remainder only by 1 and by itself, such as 7 or 13.",
    ),
    ("Is 91 a prime number?", "No, 91 is 7 times 13."),
    (
        "How do I work out the area of a circle?",
        "Multiply pi by the radius squared: a circle with a radius of 3 has an area of about 28.3.",
    ),
    (
        "What's the difference between mean and median?",
        "The mean is the sum divided by the count; the median is the middle value once the numbers are sorted. Extreme values pull the mean but hardly move the median.",
    ),
    ("How many bits are in a byte?", "There are eight bits in a byte."),
    (
        "What does CPU stand for?",
        "Central processing unit: the part of a computer that carries out a program's instructions.",
    ),
    (
        "In plain words, what is an API?",
        "It is an agreed way for one program to ask another for data or to do something, so that neither has to know how the other works inside.",
    ),
    (
        "What's the difference between HTTP and HTTPS?",
        "HTTPS is HTTP over an encrypted connection, so others on the network can't read or change what is sent.",
    ),
    (
        "What makes a good password?",
        "Length above all: a passphrase of several unrelated words, used for one site only, and ideally kept in a password manager.",
    ),
    (
        "Why does bread rise?",
        "Yeast feeds on sugars in the dough and gives off carbon dioxide, and the gluten traps the gas as bubbles.",
    ),
    (
        "Why do onions make you cry?",
        "Cutting an onion releases a sulfur compound that turns into a mild acid in your eyes, and tears wash it out.",
    ),
    (
        "What does \"al dente\" mean?",
        "It is Italian for \"to the tooth\": pasta that is cooked but still slightly firm when you bite it.",
    ),
    ("How many teaspoons are in a tablespoon?", "Three teaspoons make one tablespoon."),
    ("What's the freezing point of water in Fahrenheit?", "Water freezes at 32 degrees Fahrenheit."),
    ("Who wrote Romeo and Juliet?", "William Shakespeare wrote it in the 1590s."),
    ("Who composed The Four Seasons?", "Antonio Vivaldi composed it; it was published in 1725."),
    ("How many strings does a violin have?", "A violin has four strings: G, D, A and E."),
    ("How many keys are there on a standard piano?", "A standard piano has 88 keys, 52 white and 36 black."),
    (
        "What is the largest ocean?",
        "The Pacific is the largest ocean; it covers about a third of the Earth's surface.",
    ),
    ("Which is the longer distance, a mile or a kilometre?", "A mile is longer: it is about 1.6 kilometres."),
    ("How many legs does a spider have?", "Spiders have eight legs; insects have six."),
    ("Is a whale a fish?", "No, whales are mammals: they breathe air and feed their young with milk."),
    (
        "What do bees make honey from?",
        "From the nectar of flowers, which they thicken in the hive until it keeps.",
    ),
    ("How many chambers does the human heart have?", "Four: two atria and two ventricles."),
    ("What does DNA stand for?", "Deoxyribonucleic acid."),
    ("What's the chemical formula of table salt?", "NaCl, sodium chloride."),
    ("How do you say \"please\" in German?", "\"Bitte\". It can also mean \"you're welcome\"."),
    (
        "How do I say \"good night\" in Italian?",
        "\"Buona notte\", often written as one word: \"buonanotte\".",
    ),
    ("What does \"once in a blue moon\" mean?", "It means very rarely."),
    (
        "Could you give me a better opening than \"To whom it may concern\"?",
        "If you know the role, use it: \"Dear hiring manager\" or \"Dear support team\" sounds less distant.",
    ),
    (
        "Should I write \"Yours sincerely\" or \"Yours faithfully\"?",
        "In British usage, \"Yours sincerely\" if you address the person by name and \"Yours faithfully\" after \"Dear Sir or Madam\".",
    ),
    ("What's the past tense of \"to lead\"?", "It is \"led\", as in \"she led the team\"."),
    (
        "What's a palindrome?",
        "A word or phrase that reads the same in both directions, such as \"level\" or \"racecar\".",
    ),
    (
        "What are the main parts of a good apology?",
        "Say what you did, say that you are sorry without an excuse, and say what you will do differently.",
    ),
    (
        "What does \"pro bono\" mean?",
        "Work done free of charge for the public good; it is short for the Latin \"pro bono publico\".",
    ),
    ("How many zeros does a billion have?", "Nine: 1,000,000,000."),
    ("What's the Roman numeral for 40?", "It is XL: ten (X) before fifty (L)."),
    (
        "What's the difference between a lake and a pond?",
        "There is no strict line, but a pond is smaller and usually shallow enough for plants to grow across the bottom.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use toolwright_core::seed::Seed;

    #[test]
    fn answers_are_right() {
        assert_eq!(hundredths(250), "2.5");
        assert_eq!(hundredths(205), "2.05");
        assert_eq!(hundredths(3000), "30");
        for n in 0..3_000 {
            let mut rng = Seed::new(n).rng();
            let exchange = direct(&mut rng);
            let (question, answer) = &exchange.turns[0];
            assert!(!question.is_empty() && !answer.is_empty());
            for text in [question, answer] {
                assert!(!text.contains(['@', '#']) && !text.contains("  "), "{text}");
            }
            // What can be read back is worked out again.
            let said: Vec<&str> = answer.trim_end_matches('.').split(' ').collect();
            if let [a, "times", b, "is", c] = said[..]
                && let (Ok(a), Ok(b), Ok(c)) = (a.parse::<i64>(), b.parse::<i64>(), c.parse::<i64>())
            {
                assert_eq!(a * b, c, "{answer}");
            }
            if let [n, "is", bits, "in", "binary"] = said[..] {
                assert_eq!(i64::from_str_radix(bits, 2).ok(), n.parse().ok(), "{answer}");
            }
        }
    }
}
