//! Identifiers as people say them: `productId` is a product ID.

/// The lower-case words of an identifier: camelCase, snake_case, kebab-case, dots and slashes are taken apart.
///
/// `["http", "status", "code"]` for `HTTPStatusCode`.
pub(crate) fn tokens(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.extend(std::mem::take(&mut word).split_whitespace().map(str::to_owned));
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = chars.get(at + 1).copied();
        let starts = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase()
                    || b.is_numeric()
                    || (b.is_uppercase() && after.is_some_and(char::is_lowercase))
            });
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Units that names end in: the word, what stands before and after the amount.
#[rustfmt::skip]
const UNITS: &[(&str, &str, &str)] = &[
    ("km", "", " km"), ("kilometers", "", " kilometers"), ("kilometres", "", " kilometres"), ("miles", "", " miles"), ("meters", "", " meters"),
    ("metres", "", " metres"), ("cm", "", " cm"), ("mm", "", " mm"), ("kg", "", " kg"), ("grams", "", " g"), ("liters", "", " liters"),
    ("litres", "", " litres"), ("ml", "", " ml"), ("percent", "", " percent"), ("pct", "", " percent"), ("usd", "$", ""), ("eur", "€", ""),
    ("gbp", "£", ""), ("celsius", "", "°C"), ("fahrenheit", "", "°F"), ("minutes", "", " minutes"), ("mins", "", " minutes"),
    ("hours", "", " hours"), ("seconds", "", " seconds"), ("ms", "", " ms"), ("gb", "", " GB"), ("mb", "", " MB"), ("kb", "", " KB"),
    ("kwh", "", " kWh"), ("kw", "", " kW"), ("hz", "", " Hz"), ("db", "", " dB"), ("lufs", "", " LUFS"), ("sqft", "", " square feet"), ("sqm", "", " m²"),
];

/// A name that ends in a unit: the thing that is measured, what stands before the amount and what after it.
pub(crate) fn measured(words: &[String]) -> Option<(String, &'static str, &'static str)> {
    let (unit, thing) = words.split_last()?;
    let (_, before, after) = UNITS.iter().find(|(name, ..)| name == unit)?;
    let last = thing.last()?;
    let noun = last.len() > 2
        && !["max", "min", "maximum", "minimum", "total", "per", "and", "number"].contains(&last.as_str());
    let thing: Vec<String> = thing.iter().map(|word| spoken_word(word)).collect();
    noun.then(|| (thing.join(" ").trim_end_matches(" in").to_owned(), *before, *after))
}

/// Words that stay in capitals when spoken of.
const ACRONYMS: &[&str] = &[
    "id", "url", "uri", "api", "ip", "sms", "iban", "bic", "html", "json", "xml", "csv", "pdf", "sku", "vat",
    "iso", "utc", "http", "https", "gps", "isbn", "cvc", "cvv", "dns", "ssl", "tls", "cpu", "gpu", "ram",
    "faq", "usd", "eur", "uuid", "sso", "mfa", "oauth", "jwt", "ttl", "mcc", "mnc", "psp", "dna", "pdb",
    "hgvs", "ssh", "ui", "tv", "nft", "os", "bcc", "cc", "dob", "sid", "iata", "rpm", "dkim", "spf", "mx",
    "uid", "crm", "etf", "atm", "vpn", "poi", "usb", "qr", "bmi", "mri", "kpi", "vin", "ssid", "kwh", "ev",
    "reit", "hvac", "gb", "mb", "tb",
];

/// One word as people write it.
pub(crate) fn spoken_word(word: &str) -> String {
    if ACRONYMS.contains(&word) {
        return word.to_uppercase();
    }
    match word {
        "ids" => "IDs".into(),
        "urls" => "URLs".into(),
        "wifi" => "Wi-Fi".into(),
        "qty" => "quantity".into(),
        "todo" => "to-do".into(),
        "todos" => "to-dos".into(),
        "num" => "number".into(),
        "desc" => "description".into(),
        "addr" => "address".into(),
        "lat" => "latitude".into(),
        "lng" | "lon" => "longitude".into(),
        "tz" => "time zone".into(),
        "timezone" => "time zone".into(),
        "dest" => "destination".into(),
        "org" => "organization".into(),
        "config" => "configuration".into(),
        "lang" => "language".into(),
        "postcode" => "postcode".into(),
        other => other.to_owned(),
    }
}

/// An identifier as people write it: `product ID` for `productId`.
pub(crate) fn spoken(name: &str) -> String {
    let words = tokens(name);
    let words: Vec<String> = words.iter().map(|word| spoken_word(word)).collect();
    words.join(" ")
}

/// Names that say too little alone.
pub(crate) const GENERIC: &[&str] = &[
    "id", "name", "code", "key", "type", "value", "status", "date", "number", "title", "ids", "sid", "uid",
    "uuid", "slug", "description", "ref", "reference", "email", "url", "count", "amount", "text", "body",
    "label", "state",
];

/// Whether a name only wraps what is inside: `data`, `items`, `response`.
pub(crate) fn wraps(name: &str) -> bool {
    #[rustfmt::skip]
    const WRAPPERS: &[&str] = &[
        "data", "item", "result", "record", "list", "entry", "content", "element", "value", "response", "body", "payload", "attribute",
        "detail", "request", "input",
    ];
    tokens(name)
        .last()
        .is_some_and(|last| WRAPPERS.contains(&last.as_str()) || WRAPPERS.contains(&singular(last).as_str()))
}

/// The singular of an English noun, by its ending.
pub(crate) fn singular(noun: &str) -> String {
    let irregular = [
        ("people", "person"),
        ("children", "child"),
        ("statuses", "status"),
        ("addresses", "address"),
        ("series", "series"),
        ("species", "species"),
        ("matrices", "matrix"),
        ("quizzes", "quiz"),
        ("analyses", "analysis"),
        ("diagnoses", "diagnosis"),
        ("axes", "axis"),
        ("shelves", "shelf"),
        ("leaves", "leaf"),
        ("halves", "half"),
        ("news", "news"),
        ("media", "media"),
        ("data", "data"),
        ("aliases", "alias"),
        ("indices", "index"),
        ("indexes", "index"),
        ("analytics", "analytics"),
        ("movies", "movie"),
        ("cookies", "cookie"),
        ("geography", "geography"),
        ("sms", "SMS"),
        ("settings", "settings"),
        ("details", "details"),
        ("sales", "sale"),
        ("caches", "cache"),
        ("canvas", "canvas"),
    ];
    if let Some((_, one)) = irregular.iter().find(|(many, _)| *many == noun) {
        return (*one).to_owned();
    }
    if let Some(stem) = noun.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if noun.ends_with(ending) {
            return noun[..noun.len() - 2].to_owned();
        }
    }
    match noun.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => noun.to_owned(),
    }
}

/// Whether a noun looks plural.
pub(crate) fn is_plural(noun: &str) -> bool {
    singular(noun) != noun
}

/// The plural of an English noun, by its ending.
pub(crate) fn plural(noun: &str) -> String {
    if is_plural(noun) || noun.ends_with("data") || noun.ends_with("media") {
        return noun.to_owned();
    }
    match noun {
        "series" | "species" | "news" | "sheep" | "fish" | "aircraft" => return noun.to_owned(),
        "person" => return "people".into(),
        "child" => return "children".into(),
        "matrix" => return "matrices".into(),
        "quiz" => return "quizzes".into(),
        "index" => return "indices".into(),
        "knife" | "life" | "midwife" | "housewife" => {
            return format!("{}ves", noun.trim_end_matches("fe"));
        }
        "shelf" | "leaf" | "half" | "loaf" | "wolf" | "calf" => {
            return format!("{}ves", noun.trim_end_matches('f'));
        }
        "analysis" | "axis" | "crisis" | "diagnosis" | "thesis" | "hypothesis" | "basis" | "synopsis" => {
            return format!("{}es", noun.trim_end_matches("is"));
        }
        _ => {}
    }
    if let Some(stem) = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        return format!("{stem}ies");
    }
    let es = ["s", "sh", "ch", "x", "z"].iter().any(|ending| noun.ends_with(ending));
    format!("{noun}{}", if es { "es" } else { "s" })
}

/// `a` or `an`, by the sound a word or number most likely starts with: `an 8-week course`, `an 11 kg parcel`.
pub(crate) fn article(word: &str) -> &'static str {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let whole = word.split(|c: char| !c.is_ascii_digit() && c != ',').next().unwrap_or_default();
        let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
        let eleven = ["11", "18"].iter().any(|teen| digits.starts_with(teen)) && digits.len() % 3 == 2;
        return if eleven || digits.starts_with('8') { "an" } else { "a" };
    }
    let lower = word.to_lowercase();
    let consonant_sound = ["uni", "use", "usa", "user", "eur", "one", "uuid", "url", "uri", "utc"]
        .iter()
        .any(|start| lower.starts_with(start));
    let first = word.split_whitespace().next().unwrap_or_default();
    let spelled = first.len() > 1
        && first.chars().all(char::is_uppercase)
        && !["URL", "UUID", "UTC", "URI", "USD"].contains(&first);
    let silent = ["hour", "honest", "heir", "honor"].iter().any(|start| lower.starts_with(start));
    let vowel = if spelled {
        first.starts_with(['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X'])
    } else {
        silent || lower.starts_with(['a', 'e', 'i', 'o', 'u']) && !consonant_sound
    };
    if vowel { "an" } else { "a" }
}

/// The text with its first letter in capitals.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Joins with commas and a last `and`.
pub(crate) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_words() {
        assert_eq!(tokens("HTTPStatusCode"), ["http", "status", "code"]);
        assert_eq!(tokens("order-item_id"), ["order", "item", "id"]);
        assert_eq!(spoken("productId"), "product ID");
        assert_eq!(spoken("PhoneNumber"), "phone number");
        assert_eq!(tokens(""), Vec::<String>::new());
        assert_eq!(measured(&tokens("searchRadiusKm")), Some(("search radius".into(), "", " km")));
        assert_eq!(measured(&tokens("max_km")), None);
    }

    #[test]
    fn nouns_change_number() {
        for (many, one) in [
            ("categories", "category"),
            ("boxes", "box"),
            ("orders", "order"),
            ("status", "status"),
            ("addresses", "address"),
        ] {
            assert_eq!(singular(many), one);
        }
        assert_eq!(plural("category"), "categories");
        assert_eq!(plural("batch"), "batches");
        assert_eq!(article("URL"), "a");
        assert_eq!(article("HTTP header"), "an");
        assert_eq!(article("order"), "an");
        for number in ["8", "8.5 km", "80%", "11 kg", "11:30", "18-day", "18,500", "8,000,000"] {
            assert_eq!(article(number), "an", "{number}");
        }
        for number in ["1", "10-day", "1,800", "110", "180 g", "7-week"] {
            assert_eq!(article(number), "a", "{number}");
        }
    }
}
