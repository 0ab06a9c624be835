//! What needs no tool: small talk, and questions that anyone can answer.
//!
//! The answers are written here or worked out, so they are right. Everything is kept clear of what tools are for: no weather, no
//! prices, no dates that pass.

use toolwright_core::seed::Rng;

use crate::world::lexicon::{CITIES, City, FIRST_NAMES, TOPICS};

/// What the user says and what the assistant answers, turn by turn.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) turns: Vec<(String, String)>,
}

impl Exchange {
    fn one(user: impl Into<String>, assistant: impl Into<String>) -> Self {
        Self { turns: vec![(user.into(), assistant.into())] }
    }
}

fn pick<'a>(rng: &mut Rng, items: &[&'a str]) -> &'a str {
    rng.choose(items).copied().unwrap_or_default()
}

/// A moment's small talk at the start of a conversation.
pub(crate) fn chat(rng: &mut Rng) -> Exchange {
    if rng.chance(0.35)
        && let Some(talk) = rng.choose(TALKS)
    {
        return Exchange {
            turns: talk
                .iter()
                .map(|(user, assistant)| ((*user).to_owned(), (*assistant).to_owned()))
                .collect(),
        };
    }
    let name = pick(rng, FIRST_NAMES);
    let topic = pick(rng, TOPICS);
    let hello = pick(
        rng,
        &["Hi", "Hello", "Hey", "Hi there", "Good morning", "Good evening", "Hello there", "Hey there"],
    );
    let (user, assistant) = match rng.below(22) {
        0 => (
            format!("{hello}! {}", pick(rng, &["How are you doing?", "How's it going?", "How are you today?", "All good with you?"])),
            format!("{} {}", pick(rng, &["I'm doing well, thanks for asking.", "All good here, thank you.", "Very well, thanks!"]),
                pick(rng, &["What can I do for you?", "How can I help?", "What's on your mind?"])),
        ),
        1 => (
            format!("{hello}, I'm {name}. {}", pick(rng, &["First time here.", "Just getting started with this.", "A colleague told me about you.", "Nice to meet you."])),
            format!("Nice to meet you, {name}. {}", pick(rng, &["Tell me what you need and we'll take it from there.", "Ask away whenever you're ready.", "Glad you're here. What would you like to start with?"])),
        ),
        2 => (
            format!("I had {} today.", pick(rng, &["such a long day", "a pretty rough morning", "four meetings in a row", "an exhausting day at work", "a day full of bad surprises"])),
            pick(rng, &["I can imagine. I hope the rest of it is calm; I'm here if you need anything.", "Thanks for telling me. Is there something I can take off your hands?", "That sounds like a lot. Would it help to go through your list together?"]).to_owned(),
        ),
        3 => (
            format!("I've been getting into {topic} lately."),
            format!("Nice. What drew you to {topic}?"),
        ),
        4 => (
            pick(rng, &["What kind of things can you help me with?", "So what do you do, exactly?", "What are you good at?", "Remind me what you're for?"]).to_owned(),
            pick(rng, &["I answer questions, and where I have a tool for something I can look it up or get it done. Just tell me what you need.", "Looking things up, getting small tasks done with the tools I have, and plain questions. Try me."]).to_owned(),
        ),
        5 => (
            format!("{} {}", pick(rng, &["You were really helpful last time.", "That worked well yesterday.", "Thanks for your help earlier."]), pick(rng, &["Just wanted to say that.", "I appreciate it.", "Made my day easier."])),
            pick(rng, &["That's kind of you, thank you. I'm glad it worked out.", "Happy to hear that. Let me know when you need something else."]).to_owned(),
        ),
        6 => (
            format!("{} on {topic} tonight and I'm a bit nervous.", pick(rng, &["I'm giving a talk", "I'm teaching a class", "I have an exam", "I'm hosting a discussion"])),
            format!("A bit of nerves is normal. Keep your first sentence short, breathe, and remember that people who come for {topic} want you to do well."),
        ),
        7 => (
            pick(rng, &["Do you ever get bored?", "Do you ever get tired of this?", "Are you a real person?", "Do you ever sleep?"]).to_owned(),
            pick(rng, &["No, I'm a program. But I'm ready whenever you are.", "No, that's one of the differences between people and software. What shall we do?"]).to_owned(),
        ),
        8 => (
            format!("Can't decide whether to spend the weekend on {topic} or just do nothing."),
            format!("Both are good plans. If you need rest, do nothing first; {topic} will still be there on Sunday."),
        ),
        9 => (
            format!("My friend {name} {}", pick(rng, &["just moved to a new place and I'm so happy for them.", "is visiting this weekend, I can't wait.", "got a promotion today!", "finally finished their thesis."])),
            format!("That's lovely news. Please pass my best wishes on to {name}."),
        ),
        10 => (
            format!("Tell me something nice about {topic}."),
            format!("It's one of those things that get better the more you look: almost everyone who starts with {topic} finds a detail that keeps them going for years."),
        ),
        11 => (
            format!("I'm thinking of taking up {topic}. {}", pick(rng, &["Any thoughts?", "Good idea or not?", "What do you think?"])),
            pick(rng, &["Good idea. Start small and with somebody who already knows it; you'll soon see whether it's for you.", "Why not? Give it a month before you judge: the first two weeks of anything new are mostly confusion."]).to_owned(),
        ),
        12 => (
            pick(rng, &["I couldn't sleep last night.", "I've been up since four.", "The baby kept us awake all night."]).to_owned(),
            pick(rng, &["I'm sorry to hear that. Take it slowly today if you can.", "That's rough. I hope you get an early night today."]).to_owned(),
        ),
        13 => (
            pick(rng, &["It's my birthday today!", "I turn thirty today.", "Today is our wedding anniversary."]).to_owned(),
            pick(rng, &["Congratulations! I hope it's a lovely day.", "How nice, congratulations! I hope there's cake."]).to_owned(),
        ),
        14 => (
            pick(rng, &["I passed my driving test!", "I got the job!", "We finally finished the renovation.", "I won the chess club tournament!"]).to_owned(),
            pick(rng, &["Congratulations, that's wonderful!", "Well done! That calls for a celebration.", "That's great news. You must be relieved."]).to_owned(),
        ),
        15 => (
            pick(rng, &["Tell me a joke.", "Make me laugh.", "Got a joke for me?"]).to_owned(),
            pick(rng, &["Why don't skeletons fight each other? They don't have the guts.", "I'd tell you a joke about paper, but it's tearable.", "What do you call a bear without teeth? A gummy bear."]).to_owned(),
        ),
        16 => (
            pick(rng, &["What should I call you?", "Do you have a name?", "What's your name?"]).to_owned(),
            pick(rng, &["I don't have a name of my own; \"assistant\" is fine.", "\"Assistant\" will do, I have no other name."]).to_owned(),
        ),
        17 => (
            pick(rng, &["Mondays, right?", "I can't believe the week is only half over.", "I so need a holiday."]).to_owned(),
            pick(rng, &["I hear that a lot. One thing at a time, and the day will pass.", "Hang in there. Is there anything I can take off your list?"]).to_owned(),
        ),
        18 => (
            format!("{hello}, {}", pick(rng, &["sorry to bother you.", "me again.", "I'm back.", "it's me again."])),
            pick(rng, &["No bother at all. What can I do?", "Good to have you back. What's next?", "Hello! How can I help this time?"]).to_owned(),
        ),
        19 => (
            format!("Do you know much about {topic}?"),
            format!("A fair amount, yes. What would you like to know about {topic}?"),
        ),
        20 => (
            pick(rng, &["Can you keep a secret?", "Do you remember what I tell you?"]).to_owned(),
            pick(rng, &["I only have this conversation in front of me, so please don't tell me anything you'd rather keep private.", "Within this conversation, yes. For anything really private, a person you trust is the better choice."]).to_owned(),
        ),
        _ => (
            format!("{hello}! {}", pick(rng, &["Just testing if this works.", "Checking whether you're there.", "Is anyone there?", "Are you online?"])),
            pick(rng, &["I'm here and working. What would you like to do?", "Yes, loud and clear. How can I help?"]).to_owned(),
        ),
    };
    Exchange::one(user, assistant)
}

/// Exchanges of several turns: what is said next follows from what was answered.
const TALKS: &[&[(&str, &str)]] = &[
    &[
        (
            "I can't seem to focus today.",
            "That happens. Is it that there's too much going on, or that you're tired?",
        ),
        (
            "Mostly too much going on.",
            "Then pick the one thing that would bother you most if it were still open tonight, and give it twenty minutes. The rest can wait that long.",
        ),
    ],
    &[
        ("Do you know any good jokes?", "One: why did the bicycle fall over? It was two-tired."),
        ("Ha, that's terrible. Another?", "What do you call a fish without eyes? A fsh."),
        ("Okay, that one got me.", "I'll take it. I should stop while I'm ahead."),
    ],
    &[
        ("I'm trying to drink less coffee.", "Good for you. How many cups are you used to?"),
        (
            "Five or so a day.",
            "Then go down by one every few days rather than all at once; that spares you most of the headaches. The last one of the day is the easiest to drop.",
        ),
    ],
    &[
        ("I start a new job on Monday.", "Congratulations! Are you more excited or more nervous?"),
        (
            "Nervous, to be honest.",
            "That's how most people feel. Nobody expects you to know things in the first week, so ask plenty of questions and write the names down.",
        ),
        ("That's good advice, thanks.", "You're welcome. I hope it goes well!"),
    ],
    &[("Give me a riddle.", "What has hands but can't clap?"), ("A clock?", "That's it, a clock.")],
    &[
        ("I need a name for a kitten.", "Happy to suggest some. What does it look like?"),
        ("Grey with white paws.", "Then how about Socks, Pebble or Misty? Socks suits the paws best."),
    ],
    &[
        (
            "I feel like reading something light.",
            "Nice idea. Do you like to laugh, or would you rather have a gentle mystery?",
        ),
        (
            "A gentle mystery sounds right.",
            "Then try a classic country-house story: a small cast, a snowed-in house and everybody with something to hide. They're made for an evening on the sofa.",
        ),
    ],
    &[
        (
            "My neighbour plays the drums at night.",
            "That sounds tiring. Have you talked to them about it yet?",
        ),
        (
            "No, I don't want to start a fight.",
            "You could begin with a question instead of a complaint: ask which evenings they need to practise, and tell them when you go to bed. Most people meet you halfway.",
        ),
    ],
    &[
        ("Can we talk for a minute? I'm a bit stressed.", "Of course. What's weighing on you?"),
        (
            "Just a big presentation next week.",
            "Would it help to say the first two sentences out loud now and then until they come by themselves? Once the start sits, the rest usually follows.",
        ),
        ("I'll try that.", "Good. And leave the last evening free; rest does more than one more rehearsal."),
    ],
    &[
        (
            "I want to learn to cook. Where do I start?",
            "With a few dishes you already like to eat. Which one would you cook first?",
        ),
        (
            "Probably a tomato pasta.",
            "Perfect for a start: fry garlic gently in olive oil, add tinned tomatoes and salt, and let it simmer for twenty minutes while the pasta cooks.",
        ),
    ],
    &[
        ("Guess what, I ran my first ten kilometres!", "Wow, congratulations! How did it feel?"),
        (
            "The last two were awful, but I did it.",
            "The last two always are, and you finished them. Enjoy the sore legs, you've earned them.",
        ),
    ],
    &[
        (
            "Hi, do you speak other languages?",
            "Yes, several. English is what we're speaking now, but you can switch whenever you like.",
        ),
        ("Good to know, but English is fine.", "Then English it is."),
    ],
];

/// The end of a conversation in which something was done.
pub(crate) fn parting(rng: &mut Rng) -> Exchange {
    let thanks = pick(
        rng,
        &[
            "Thanks a lot", "Perfect, thank you", "Great, thanks", "That's all I needed, thanks",
            "Awesome, thank you", "Brilliant, thanks so much", "Many thanks", "Lovely, thank you",
        ],
    );
    let more = pick(
        rng,
        &[
            "!", ", that's everything for now.", ", you saved me some time.", ". Have a good one!",
            ", that was quick.", ", bye!",
        ],
    );
    let answer = pick(
        rng,
        &[
            "You're welcome!",
            "Glad I could help.",
            "Any time.",
            "My pleasure. Have a good day!",
            "You're welcome. Come back whenever you need something.",
            "Happy to help!",
        ],
    );
    Exchange::one(format!("{thanks}{more}"), answer)
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
    ("What's the square root of 144?", "It is 12."),
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

/// A question that needs no tool.
pub(crate) fn direct(rng: &mut Rng) -> Exchange {
    let (question, answer) = match rng.below(10) {
        0 => {
            let (a, b) = (rng.between(12, 99), rng.between(3, 29));
            (
                pick(
                    rng,
                    &["What's {a} times {b}?", "Quick maths: {a} times {b}?", "How much is {a} x {b}?"],
                )
                .replace("{a}", &a.to_string())
                .replace("{b}", &b.to_string()),
                format!("{a} times {b} is {}.", a * b),
            )
        }
        1 => {
            let (share, whole) = (rng.between(1, 19) * 5, rng.between(2, 40) * 20);
            let part = share * whole;
            let said = if part % 100 == 0 {
                (part / 100).to_string()
            } else {
                format!("{:.1}", part as f64 / 100.0)
            };
            (
                format!(
                    "{} {share}% of {whole}?",
                    pick(rng, &["What is", "How much is", "Quick one, what's"])
                ),
                format!("{share}% of {whole} is {said}."),
            )
        }
        2 => {
            let states: Vec<&City> = CITIES.iter().filter(|city| city.name != city.country).collect();
            let city = rng.choose(&states).copied().unwrap_or(&CITIES[0]);
            (
                format!(
                    "{} {}?",
                    pick(
                        rng,
                        &[
                            "Which country do you have to go to if you want to see",
                            "In which country is",
                            "Remind me, what country is home to"
                        ]
                    ),
                    city.name
                ),
                format!("{} is in {}.", city.name, with_article(city.country)),
            )
        }
        3 => {
            let word = pick(
                rng,
                &[
                    "accommodate", "necessary", "rhythm", "separate", "occurrence", "questionnaire",
                    "conscience", "embarrass", "liaison", "mischievous", "bureaucracy", "definitely",
                    "maintenance", "pronunciation", "restaurant", "Wednesday", "millennium", "parallel",
                ],
            );
            let spelled: Vec<String> = word.chars().map(|c| c.to_uppercase().to_string()).collect();
            (
                format!(
                    "{} \"{word}\"?",
                    pick(
                        rng,
                        &[
                            "Can you spell out",
                            "Could you spell the word",
                            "Spell this for me letter by letter, please:"
                        ]
                    )
                )
                .replace(":?", ":"),
                format!("{}.", spelled.join("-")),
            )
        }
        4 => {
            let (a, b) = (rng.between(100, 999), rng.between(100, 999));
            (
                format!("{} {a} plus {b}?", pick(rng, &["What's", "Could you work out", "How much is"])),
                format!("{a} plus {b} is {}.", a + b),
            )
        }
        _ => rng.choose(KNOWN).map(|(q, a)| ((*q).to_owned(), (*a).to_owned())).unwrap_or_default(),
    };
    let opener = pick(
        rng,
        &[
            "", "", "", "", "Random question: ", "Maybe a silly question: ", "Out of curiosity: ",
            "Quick question: ",
        ],
    );
    let question = if opener.is_empty() { question } else { format!("{opener}{}", lower_first(&question)) };
    Exchange::one(question, answer)
}

fn with_article(country: &str) -> String {
    let plural = ["United", "Netherlands", "Philippines"].iter().any(|word| country.starts_with(word));
    if plural { format!("the {country}") } else { country.to_owned() }
}

fn lower_first(text: &str) -> String {
    if text.starts_with("I ") || text.starts_with("I'") {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
