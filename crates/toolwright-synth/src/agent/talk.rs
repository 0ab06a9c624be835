//! Small talk: what needs no tool because nothing is asked for.
//!
//! Frames hold choices (`[a|b]`) and slots (`{topic}`) that are filled alike within one exchange, so that few are heard twice. Everything is
//! kept clear of what tools are for: no weather, no prices, no dates that pass.

use toolwright_core::seed::Rng;

pub(crate) use super::trivia::direct;
use crate::world::lexicon::{FIRST_NAMES, JOBS, TOPICS};

/// What the user says and what the assistant answers, turn by turn.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) turns: Vec<(String, String)>,
}

impl Exchange {
    pub(super) fn one(user: impl Into<String>, assistant: impl Into<String>) -> Self {
        Self { turns: vec![(user.into(), assistant.into())] }
    }
}

/// One frame's turns: what the user says, what the assistant answers.
type Frame = &'static [(&'static str, &'static str)];

/// What slots are filled with; `{name}` and the like come from the world's own lists.
#[rustfmt::skip]
const SLOTS: &[(&str, &[&str])] = &[
    ("hello", &["Hi", "Hello", "Hey", "Hi there", "Good morning", "Good evening", "Hello there", "Hey there", "Good afternoon", "Howdy"]),
    ("who", &["sister", "brother", "best friend", "neighbour", "roommate", "cousin", "colleague", "old teacher", "uncle", "aunt", "flatmate",
        "manager", "grandmother", "grandfather", "partner", "daughter", "son", "mother", "father", "nephew", "niece"]),
    ("sport", &["tennis", "badminton", "swimming", "running", "yoga", "bouldering", "volleyball", "cycling", "rowing", "table tennis",
        "basketball", "football", "judo", "fencing", "dancing", "hockey", "archery", "skating"]),
    ("chore", &["the laundry", "the dishes", "cleaning the windows", "sorting the garage", "ironing", "the taxes", "clearing out the attic", "weeding the garden",
        "filing old papers", "cleaning the oven", "answering old emails", "tidying the basement", "fixing the fence", "repainting the kitchen"]),
    ("instrument", &["guitar", "piano", "violin", "cello", "flute", "saxophone", "drums", "trumpet", "ukulele", "accordion", "harp", "clarinet", "banjo"]),
    ("event", &["a presentation", "a job interview", "a speech", "an oral exam", "a first date", "a difficult conversation", "a school reunion", "my driving test",
        "a piano recital", "a family dinner", "a performance review", "an audition", "a house viewing", "a wedding speech"]),
    ("habit", &["coffee", "sugar", "late nights", "scrolling on my phone", "snacks", "fizzy drinks", "online shopping", "takeaway food", "chocolate", "television"]),
    ("feeling", &["tired", "restless", "a bit low", "overwhelmed", "stuck", "bored", "distracted", "on edge", "unmotivated", "homesick", "scatterbrained"]),
    ("win", &["passed my driving test", "got the job", "finished the renovation", "won the chess club tournament", "handed in my thesis", "ran my first half marathon",
        "learned to swim", "got the lead in the play", "fixed the dishwasher by myself", "finished my first novel", "paid off my loan", "baked a cake that didn't collapse",
        "beat my father at chess", "got my choir to sing in tune", "grew my first tomatoes", "finally framed all my pictures"]),
    ("mishap", &["spilled coffee over my keyboard", "locked myself out", "missed my stop twice", "sent a message to the wrong person", "burnt the dinner", "broke my favorite mug",
        "walked into a glass door", "wore two different shoes to work", "dropped my phone in the sink", "forgot my own phone number", "called my boss mum",
        "waved at a total stranger", "got soaked on the way home", "left my bag on the train"]),
    ("petname", &["Socks", "Pebble", "Misty", "Biscuit", "Nutmeg", "Ziggy", "Clover", "Marble", "Pepper", "Olive", "Hazel", "Maple"]),
    ("othername", &["Waffles", "Juniper", "Comet", "Poppy", "Button", "Mango", "Fern", "Rusty", "Willow", "Pickle", "Luna", "Otto"]),
    ("look", &["grey with white paws", "black all over", "ginger and very loud", "spotted and shy", "white with one brown ear", "small and fluffy", "brown with a curly tail",
        "striped and always hungry", "golden and sleepy", "skinny with huge eyes"]),
    ("taste", &["a gentle mystery", "something funny", "a family saga", "a sea story", "short stories", "a travel diary", "something with dragons", "a love story without tears",
        "a detective with a sense of humour", "letters and diaries", "a science book for laymen"]),
    ("gift", &["a book", "a plant", "a board game", "concert tickets", "a cooking class", "a photo album", "a scarf", "a puzzle", "a bottle of good olive oil", "a notebook", "a hand-written letter"]),
    ("place", &["by the sea", "in the mountains", "at a lake", "in a cabin", "on an island", "in the woods", "in a big city", "on a farm", "in my own bed"]),
    ("object", &["keys", "glasses", "headphones", "umbrella", "wallet", "notebook", "left glove", "water bottle", "pen", "earring"]),
    ("food", &["pancakes", "a risotto", "bread", "a curry", "an omelette", "soup", "dumplings", "lasagne", "an apple pie", "sushi", "falafel", "a stew", "noodles", "pizza"]),
    ("language", &["Spanish", "Italian", "Japanese", "Swedish", "Portuguese", "Korean", "Arabic", "Polish", "Greek", "Finnish", "Dutch", "sign language", "Welsh", "Turkish"]),
    ("animal", &["dog", "cat", "rabbit", "parrot", "tortoise", "puppy", "kitten", "canary", "guinea pig", "pony", "beagle", "rooster", "terrier"]),
    ("count", &["three", "four", "five", "six", "seven", "eight"]),
];

/// Exchanges of one turn.
#[rustfmt::skip]
const SINGLE: &[Frame] = &[
    &[("{hello}! [How are you doing|How's it going|How are you today|How are things|Everything all right with you|How's life][, assistant|, my friend|]?",
       "[I'm doing well, thanks for asking.|All good here, thank you.|Very well, thanks!|Can't complain, thank you.] [What can I do for you?|How can I help?|What's on your mind?|And how are you?]")],
    &[("{hello}, I'm {name}. [First time here.|Just getting started with this.|My {who} told me about you.|Nice to meet you.|I'm a {job}, if that matters.|I'm new to all of this.]",
       "Nice to meet you, {name}. [Tell me what you need and we'll take it from there.|Ask away whenever you're ready.|Glad you're here. What would you like to start with?]")],
    &[("[I had|What a day, I had|Honestly, I had] [such a long day|a pretty rough morning|{count} meetings in a row|an exhausting day at work|a day full of bad surprises|an argument with my {who}|hardly any time to eat]. [Just saying.|And it isn't over yet.|I need a minute.|Now I'm {feeling}.]",
       "[I can imagine. I hope the rest of the day is calm; I'm here if you need anything.|Thanks for telling me. Is there something I can take off your hands?|That sounds like a lot. Would it help to go through your list together?]")],
    &[("[I've been getting into|Lately I've been reading a lot about|My {who} got me hooked on|I spend all my evenings on] {topic}[.|, and I love it.|, of all things.| and I can't stop.]",
       "[Nice. What drew you to {topic}?|That sounds fun. What do you like most about {topic}?|Lovely. That's a good way to spend an evening.]")],
    &[("[I'd like to know what|Tell me what|Remind me what|Explain to me what] [you do|you can do|you're good at|you're for|you can help with][, please.|, if I may ask.|, in a sentence.|, in plain words.|.]",
       "[I answer questions, and where I have a tool for something I can look it up or get it done. Just tell me what you need.|Plain questions, and whatever the tools at hand allow. Try me.]")],
    &[("[You were really helpful|That worked well|Thanks for your help|You did a great job] [last time|the other day|earlier|with that list|when I was {feeling}]. [Just wanted to say that.|I appreciate it.|Made my day easier.|Even my {who} was impressed.|Credit where it's due.]",
       "[That's kind of you, thank you. I'm glad it worked out.|Happy to hear that. Let me know when you need something else.|Thank you, that's nice to hear.]")],
    &[("[I'm giving a talk|I'm teaching a class|I have an exam|I'm hosting a discussion|I'm supposed to write a column] on {topic}[ and I'm a bit nervous.| and my hands are shaking.| in front of {count} people.|, and I feel {feeling}.]",
       "A bit of nerves is normal. Keep your first sentence short, breathe, and remember that people who come for {topic} want you to do well.")],
    &[("[Do you ever get|Tell me, do you ever get|Be honest, do you ever get|Just curious: do you get] [bored|tired|lonely|annoyed with people|sleepy|nervous|hungry|jealous] [in there|when nobody writes|at night|by all the questions|]?",
       "[No, I'm a program. But I'm ready whenever you are.|No, that's one of the differences between people and software. What shall we do?|I don't have feelings like that, so no. I'm fine with as many questions as you like.]")],
    &[("[Can't decide|I can't make up my mind|My {who} and I can't agree] whether to spend the weekend on {topic} or [just do nothing|stay {place}|go for some {sport}|catch up on {chore}].",
       "[Both are fine plans. If you need rest, rest first; {topic} will still be there on Sunday.|Toss a coin, and notice which side you hope for. That's usually the answer.|Why not a bit of each? Half a day is plenty for {topic}.]")],
    &[("My [friend|{who}|friend from school|running partner] {name} [just moved to a new place and I'm so happy for them.|is visiting, I can't wait.|got a promotion!|finally finished their thesis.|has just had a baby!|got engaged!|won a prize for {topic}.]",
       "[That's lovely news. Please pass my best wishes on to {name}.|How nice! {name} must be over the moon.|Wonderful. I hope you celebrate it together.]")],
    &[("[Tell me something nice about|Say something kind about|Sell me on|Give me one good reason to like] {topic}[.|, please.|, quickly.|, I need convincing.]",
       "[It's one of those things that get better the more you look: almost everyone who starts with {topic} finds a detail that keeps them going for years.|You meet people through it whom you would never have met otherwise.]")],
    &[("I'm thinking of taking up [{sport}|the {instrument}]. [Any thoughts?|Good idea or not?|What do you think?|Am I too old for that?|My {who} says I'll give up in a week.]",
       "[Good idea. Start small and with somebody who already knows it; you'll soon see whether it's for you.|Why not? Give it a month before you judge: the first two weeks of anything new are mostly confusion.]")],
    &[("[I couldn't sleep|I've been up since four|The baby kept us awake|The neighbour's {animal} kept me awake|I lay awake thinking about {event}] [last night|again|for hours|half the night]. [Coffee isn't helping.|I feel {feeling}.|So bear with me.|I'm not complaining, just saying.]",
       "[I'm sorry to hear that. Take it slowly if you can.|That's rough. I hope you get an early night.|Then be kind to yourself, and keep the hard things for another day.]")],
    &[("[It's my birthday!|I turn thirty!|It's our wedding anniversary!|It's my {who}'s birthday!|It's {name}'s name day!] [My {who} made {food}.|There is cake.|I got {gift}.|I'm celebrating with {food}.|No big party, just us.|I wished for {gift}.]",
       "[Congratulations! I hope it's a lovely day.|How nice, congratulations! Enjoy every bit of it.|All the best from here! Enjoy the celebration.]")],
    &[("[Guess what, I|I|You won't believe it, but I|Good news: I|After {count} tries I] {win}[!|! My {who} cried.|, finally!|, and I'm so proud.]",
       "[Congratulations, that's wonderful!|Well done! That calls for a celebration.|That's great news. Enjoy the moment.|Brilliant! You've earned a quiet evening.]")],
    &[("[Today I|I just|Ugh, I|So embarrassing, I] {mishap}[.|. My {who} laughed for ten minutes.|, in front of everyone.|, and of course {name} saw it.|. It can only get better.]",
       "[Oh no. At least it makes a good story.|These things happen to all of us; tomorrow it will be funny.|Ouch. I hope the rest of the day makes up for it.]")],
    &[("[Tell me a joke|Make me laugh|Got a joke for me|Cheer me up|Say something funny|I need a laugh][, please|, I'm {feeling}|; my {who} is listening|, a clean one|, the sillier the better|]. [Anything goes.|I'm ready.|Something with a {animal}, or not.|I won't judge.|Go on.]",
       "[Why don't skeletons fight each other? They don't have the guts.|I'd tell you a joke about paper, but it's tearable.|What do you call a bear without teeth? A gummy bear.|Why did the bicycle fall over? It was two-tired.|What's brown and sticky? A stick.]")],
    &[("[What should I call you|Do you have a name|What's your name|Can I give you a name|Should I call you {petname}|Would you mind if I called you {name}][?|, by the way?|, if you don't mind my asking?|? I'm just curious.]",
       "[I don't have a name of my own; \"assistant\" is fine, and so is anything you like better.|\"Assistant\" will do, but call me what you like.]")],
    &[("[Mondays, right?|Is it the weekend yet?|I so need a holiday.|I need a break from {chore}.|I wish I were {place}.] [And then there's {chore}.|My {who} feels the same.|At least there's {food} for dinner.|I'm {feeling}.|One of those weeks.|Anyway.]",
       "[I hear that a lot. One thing at a time, and the day will pass.|Hang in there. Is there anything I can take off your list?|That sounds like a good moment for a break, even a short one.]")],
    &[("{hello}, [sorry to bother you|me again|I'm back|it's me again|it's {name} again|long time no see]. [I hope you don't mind.|Did you miss me?|I promise it's the last time.|Got a minute?|I was away {place}.|I'm {feeling}, so I thought I'd say hello.]",
       "[No bother at all. What can I do?|Good to have you back. What's next?|Hello! How can I help this time?]")],
    &[("[Do you know much about|Do you know anything about|Are you any good with] {topic}[?|, by any chance?|? Just curious.|? My {who} never stops talking about it.]",
       "[A fair amount. What would you like to know?|Enough to answer the usual questions. What interests you about {topic}?]")],
    &[("[What do you think of|What's your opinion on] {topic}[?|, honestly?|? Just curious.|? My {who} never stops talking about it.]",
       "[I have no stake in it, but I see why people like {topic}: there is always something new to find out. And you?|I can't try it myself, so yours is the opinion that counts. What draws you to {topic}?]")],
    &[("[Can you keep a secret|Do you remember what I tell you|Will you tell anyone if I say something|Do you forget me when I leave|Do you keep what I write][?|, honestly?|? I'm {feeling}.|? It's about my {who}.|? {name} asked me.]",
       "[I only have this conversation in front of me, so please don't tell me anything you'd rather keep private.|Within this conversation I can look back at what you wrote. For anything really private, a person you trust is the better choice.]")],
    &[("{hello}! [Just testing if this works.|Checking whether you're there.|Is anyone there?|Are you online?|Can you read me?|Testing, testing.] [My {who} set this up for me.|I've never used this.|I pressed something by accident.|One, two, three.|I wasn't sure.]",
       "[I'm here and working. What would you like to do?|Yes, loud and clear. How can I help?|It works. Go ahead.]")],
    &[("[I'm trying to learn|I've started learning|My {who} and I are learning] {language}[.|, and it's harder than I thought.|, a little every evening.| for {name}'s sake.| and I keep mixing up the words.]",
       "[Good for you! A few minutes every day do more than an hour once a week.|Nice. Reading children's books in {language} helps more than people think.|That takes courage. Find somebody to speak it with early on, mistakes and all.]")],
    &[("I [made|cooked|tried to make|burnt] {food}[ for my {who}| for {count} people| for {name}|] and [it was actually good.|nobody complained.|it tasted like cardboard.|now the kitchen is a mess.|there's enough for a week.]",
       "[Cooking for others is half the fun, whatever comes of it.|I'm impressed that you did it from scratch.|The second try is always better than the first. What would you change?]")],
    &[("[I can't find|Have you seen|Third time this week I've lost|I can't remember where I put] my {object}. [I know you can't help.|I've looked everywhere.|Typical me.|I was on my way {place}.]",
       "[I can't see your room, but try the place where you last sat down; that's where most things turn up.|Retrace your last few steps. And look in the fridge: you'd be surprised.|Annoying! Give it ten minutes and look again where you've already looked.]")],
    &[("[What's better|Which do you like more|Settle an argument with my {who}: which is better|Be honest, which is better], [{sport} or {topic}|the {instrument} or {sport}|{topic} or the {instrument}]?",
       "[I can't try either, so you be the judge. Which one would you miss more?|That's a matter of taste, and yours counts here. What speaks for each?]")],
    &[("[I'm feeling|Today I'm|Lately I've been|I woke up] {feeling}. [No idea why.|It'll pass.|It's {chore}, I think.|Probably because of {event}.|My {who} noticed, too.|I haven't left the house.]",
       "[I'm sorry. A short walk often helps more than it should.|That happens to everybody. Is there one small thing you could finish now?|Thanks for telling me. Be patient with yourself.]")],
    &[("[We got|My {who} got|I'm getting|The neighbours have] a {animal}! [It's so sweet.|It's called {petname}.|I can't believe it.|It already owns the sofa.|It's {look}.]",
       "[How exciting! Give it a quiet corner of its own at first.|Lovely. I hope you'll be great friends.|What fun! I'd love to hear how it settles in.]")],
    &[("[Any idea what to give my|What do you give a|What could I get my|Is there a good present for my] {who}[?| who has everything?| on a small budget?| for a big birthday?]",
       "[Something you do together beats something in a box: a day out, or a meal you cook.|How about {gift}, with a line or two in your own hand?]")],
];

/// Exchanges of several turns: what is said next follows from what was answered.
#[rustfmt::skip]
const TALKS: &[Frame] = &[
    &[("[I can't seem to focus|My mind is all over the place|I can't get anything done|I keep staring at {chore}] [today|this morning|since lunch|because of {event}].", "That happens. Is it that there's too much going on, or that you're tired?"),
      ("[Mostly too much going on|Too much going on, especially {chore}|I'd say too much: {chore} and {event}|A bit of both, and I'm {feeling}].", "Then pick the one thing that would bother you most if it were still open at the end of the day, and give it twenty minutes. The rest can wait that long.")],
    &[("[Do you know any good jokes|Got any jokes for my {who}|Tell me a joke about a bicycle|Know any terrible puns][?|, please?|, quickly?|? I'm {feeling}.]", "One: why did the bicycle fall over? It was two-tired."),
      ("[Ha, that's terrible.|Oh dear.|My {who} groaned.|I walked into that.] [Another?|One more?|Got a better one?|Is there a worse one?]", "What do you call a fish without eyes? A fsh."),
      ("[Okay, that one got me.|I'm telling that to {name}.|I need a lie-down.|My {who} left the room.]", "I'll take it. I should stop while I'm ahead.")],
    &[("[I'm trying to cut down on|My {who} says I should cut back on|I've decided to give up] {habit}[.|, for good this time.|, and it's hard.|, again.]", "Good for you. What makes you reach for it most?"),
      ("[Boredom, I think|Stress at work|Mostly habit|Being {feeling}][.|, every evening.|, as always.|, I'm afraid.]", "Then change that moment rather than fighting the craving: have something else within reach, and allow yourself a small exception now and then.")],
    &[("[I start a new job as a {job}|I'm changing teams|I start at a new company|I start working as a {job}] [soon|next month|after the break|and it's all very sudden].", "Congratulations! Is it more excitement or more nerves?"),
      ("[Nerves, to be honest|A bit of both|Excitement, mostly|Nerves, mostly][.|, I won't lie.|, depending on the hour.]", "That's how most people feel. Nobody is expected to know things in the first week, so ask plenty of questions and write the names down."),
      ("[That's good advice, thanks.|I'll remember that.|I'm terrible with names, but I'll try.|My {who} told me the same.]", "I'm sure it will go well. Good luck!")],
    &[("[Do you know|Have you got|Could you give me|Can you think of] [a riddle|an easy riddle|a short riddle|a good riddle|a riddle for my {who}|a riddle for {count} children][?|, please?|, quickly?]", "What has hands but can't clap?"),
      ("[A clock|Hm, is it a clock|My {who} says a clock|I'd guess a clock][?|, maybe?|, right?]", "That's it, a clock.")],
    &[("[I need a name for a|We can't agree on a name for our|My {who} is looking for a name for a] {animal}[.|, any ideas?|, please help.]", "Happy to suggest some. What does it look like?"),
      ("[It's|Quite sweet,|Well, it's|It is] {look}[.|, and very sweet.|, and always asleep.]", "Then how about {petname} or {othername}? Say them out loud a few times; the one that's easy to call is the right one."),
      ("[{petname} it is!|{othername}, I love it.|I'll ask my {who}.|Hm, {othername} sounds good.]", "Give it a treat from me.")],
    &[("[I feel like reading something|I need a book|What should I read {place}|My {who} wants a book tip][.|, any ideas?|, please.]", "Nice idea. What are you in the mood for?"),
      ("[I'd say {taste}|Perhaps {taste}|Definitely {taste}|{taste}, if that exists][.|, please.|, for a change.]", "Then ask in a small bookshop for exactly that; they know what people bring back with a smile. Read the first page, and trust it.")],
    &[("My [neighbour|flatmate|{who}] [plays the {instrument} at night|practises the {instrument} all day|has taken up the {instrument}][.|, and the walls are thin.|, badly.]", "That sounds tiring. Have you talked about it yet?"),
      ("[No, I don't want to start a fight|Not really|I tried once, it went badly|I left a note][.|, I'm a coward.|, I know.]", "You could begin with a question instead of a complaint: ask which hours would suit you both. Most people meet you halfway.")],
    &[("[Can we talk for a minute?|Do you have a moment?|Could you listen for a bit?] I'm [a bit stressed|{feeling}|not myself][.| at the moment.| these days.]", "Of course. What's weighing on you?"),
      ("[It's just {event}|Mostly {event}|I have {event} coming up|{event}, and {chore} on top][.|, and I can't sleep.|. I know, it's silly.]", "That's a lot to carry around. Would it help to write down what weighs on you most? On paper it tends to shrink."),
      ("[I'll try that.|Maybe, yes.|That sounds doable.|My {who} said the same.]", "Good. And keep one evening free; rest helps more than one more hour of worrying.")],
    &[("[I want to learn to cook|I'm learning to cook|Help, I promised to cook for my {who}|I can't cook at all][. Where do I start?|, any advice?|; be gentle.]", "Start with something you already like to eat. What would that be?"),
      ("[Probably {food}|I'd say {food}|My {who} loves {food}|{food}, maybe][.|, but simple.|, as they make it at home.]", "Then make just that, {count} times, and change one thing each time. That's how you learn what each step does."),
      ("[I like that idea.|Fine, I'll start small.|I'll report back.]", "Enjoy it. And taste as you go along.")],
    &[("Guess what, I [ran|cycled|swam|walked] further than ever [today|this morning|on my own|with my {who}|with {name}]!", "Wow, congratulations! How did it feel?"),
      ("[The last part was awful, but I did it|Great, until I stood up again|Like flying|My legs are jelly][.|, honestly.|, and I'm {feeling} now.]", "The end is always the hardest, and you finished it. Enjoy the sore legs, you've earned them.")],
    &[("[Hi, do|Out of interest, do|My {who} asks: do|Tell me, do] you [speak|understand|know] [other languages|{language}|{language} as well|any {language}]?", "I can read and write a good many, yes. English is what we're speaking now, but you can switch whenever you like."),
      ("[Good to know, but English is fine|English is fine for me|Then let's stick to English|Maybe later, when my {language} is better][.|, thanks.]", "Then English it is.")],
    &[("[I'm planning a party|We're having people over|My {who} wants a party][.|, and I have no plan.|, help.]", "That can be fun. How many people, and inside or outside?"),
      ("[About a dozen, inside|Twenty or so, outside|Just {count} of us, inside|Too many, and outside][.|, I think.|, knowing {name}.]", "Then keep it simple: one big pot of something, one game that needs no rules, and chairs in small groups so that people talk."),
      ("[I could make {food}.|A game it is.|That's less than I'd planned, good.|My {who} can bring {gift}.]", "That sounds like an evening people will remember.")],
    &[("[I had a strange dream|I dreamt of my {who}|I had a dream about a {animal}|I dreamt about {event}][.|, very odd.|, and then I woke up {feeling}.]", "Dreams are odd like that. What happened in it?"),
      ("[I was {place} and couldn't find my {object}|I was late for {event}|Everyone spoke {language} but me|A {animal} was playing the {instrument}][.|, and then I woke up.|, and {name} was there.]", "That sounds like a busy mind tidying up. Write it down if it keeps coming back, it makes a good story anyway.")],
    &[("[Should I adopt a {animal}?|I'm thinking about getting a {animal}, what do you think?|I'm thinking about getting a {animal}. Is that mad?|Would a {animal} be a good idea for me?]", "It depends on your time more than on your heart. Who would look after it on a busy day?"),
      ("[My sister, I suppose|My flatmate, I think|Me, mostly|My mother would help|A neighbour would, I think][.|, most days.|, in theory.]", "Then try it first: offer to look after somebody else's for a week. Afterwards you'll know.")],
];

fn pick<'a>(rng: &mut Rng, items: &[&'a str]) -> &'a str {
    rng.choose(items).copied().unwrap_or_default()
}

/// A moment's small talk at the start of a conversation.
pub(crate) fn chat(rng: &mut Rng) -> Exchange {
    let frames = if rng.chance(0.35) { TALKS } else { SINGLE };
    let frame = rng.choose(frames).copied().unwrap_or_default();
    let mut filled = Vec::new();
    let turns = frame.iter().map(|(user, assistant)| {
        let user = said(user, &mut filled, rng);
        (user, said(assistant, &mut filled, rng))
    });
    let mut exchange = Exchange { turns: turns.collect() };
    let greets = frame.first().is_some_and(|(user, _)| user.starts_with("{hello}"));
    if let Some((user, _)) = exchange.turns.first_mut().filter(|_| !greets && rng.chance(0.6)) {
        const LEADS: &str = "[{hello}!|{hello}.|Do you have a minute?|Before we start.|Not a work thing.|So, small talk first.]";
        *user = format!("{} {user}", said(LEADS, &mut Vec::new(), rng));
    }
    exchange
}

/// A frame's words: one of each choice, every slot as it was filled before.
fn said(frame: &str, filled: &mut Vec<(String, &'static str)>, rng: &mut Rng) -> String {
    let mut out = String::with_capacity(frame.len());
    let mut rest = frame;
    while let Some(at) = rest.find(['[', '{']) {
        out.push_str(&rest[..at]);
        let (close, choice) = if rest[at..].starts_with('[') { (']', true) } else { ('}', false) };
        let end = rest[at..].find(close).map_or(rest.len(), |end| at + end);
        let inner = rest.get(at + 1..end).unwrap_or_default();
        if choice {
            let ways: Vec<&str> = inner.split('|').collect();
            let way = pick(rng, &ways);
            out.push_str(&said(way, filled, rng));
        } else {
            let word = match filled.iter().find(|(slot, _)| slot == inner) {
                Some((_, word)) => word,
                None => {
                    let word = slot(inner, rng);
                    filled.push((inner.to_owned(), word));
                    word
                }
            };
            push_agreeing(&mut out, word);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    let begins = out.trim_start().chars().next().is_some_and(char::is_lowercase);
    if begins && frame.len() > 30 && (frame.starts_with('[') || frame.starts_with('{')) {
        return super::name::capitalised(&out);
    }
    out
}

/// Adds a word; an article before it agrees with it, and a sentence begins with a capital.
fn push_agreeing(out: &mut String, word: &str) {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) && (out.ends_with(" a ") || out == "A ") {
        out.pop();
        out.push_str("n ");
    }
    let opens = [". ", "! ", "? "].iter().any(|end| out.ends_with(end));
    out.push_str(&if opens { super::name::capitalised(word) } else { word.to_owned() });
}

fn slot(name: &str, rng: &mut Rng) -> &'static str {
    let words = match name {
        "topic" => TOPICS,
        "name" => FIRST_NAMES,
        "job" => JOBS,
        _ => SLOTS.iter().find(|(slot, _)| *slot == name).map_or(&[][..], |(_, words)| words),
    };
    rng.choose(words).copied().unwrap_or_default()
}

/// The end of a conversation in which something was done.
pub(crate) fn parting(rng: &mut Rng) -> Exchange {
    const THANKS: &str = "[Thanks a lot|Perfect, thank you|Great, thanks|That's all I needed, thanks|Awesome, thank you|Brilliant, thanks so much|Many thanks|Lovely, thank you|Super, thanks|Thank you so much|Cheers|Wonderful, thank you]";
    const MORE: &str = "[!|, that's everything for now.|, you saved me some time.|. Have a good one!|, that was quick.|, bye!|. My {who} will be pleased.|, now I can get back to {chore}.|, that's one thing off my list.|. Time for {food}.|, that helps a lot.|. Off to {sport} now!|, I owe you one.|. Now back to {topic}.]";
    const ANSWER: &str = "[You're welcome!|Glad I could help.|Any time.|My pleasure. Have a good day!|You're welcome. Come back whenever you need something.|Happy to help!|Gladly. Take care!]";
    let mut filled = Vec::new();
    let user = format!("{}{}", said(THANKS, &mut filled, rng), said(MORE, &mut filled, rng));
    Exchange::one(user, said(ANSWER, &mut filled, rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toolwright_core::seed::Seed;

    #[test]
    fn frames_are_filled() {
        let mut seen = std::collections::BTreeMap::new();
        for n in 0..2_000 {
            let mut rng = Seed::new(n).rng();
            let mut exchange = chat(&mut rng);
            exchange.turns.extend(parting(&mut rng).turns);
            for (at, (user, assistant)) in exchange.turns.iter().enumerate() {
                for text in [user, assistant] {
                    assert!(!text.contains(['[', ']', '{', '}', '|']) && !text.contains("  "), "{text}");
                    assert!(
                        !text.ends_with([' ', ',']) && !text.contains(" a a") && !text.contains(" ,"),
                        "{text}"
                    );
                    assert!(
                        text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric() || c == '"'),
                        "{text}"
                    );
                }
                if at == 0 {
                    *seen.entry(user.clone()).or_insert(0) += 1;
                }
            }
        }
        let again: usize = seen.values().filter(|count| **count > 1).sum();
        assert!(again < 2_000 / 6, "{again} of 2,000 openings are heard twice");
    }
}
