//! Calls on all services, a line each, whatever their bytes: each has a result, and a world that is saved in between goes on as it was.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use toolwright_eval::world::{CLASSES, Setting, World};

static START: LazyLock<World> =
    LazyLock::new(|| World::new(&CLASSES, "{}", &Setting::default()).expect("defaults are enough"));

fuzz_target!(|text: &str| {
    let setting = Setting::default();
    let mut world = World::restore(&START.save(), &setting).expect("it was saved");
    for call in text.lines().take(16) {
        world.run(call);
    }
    let again = World::restore(&world.save(), &setting).expect("it was saved");
    assert_eq!(again.state(), world.state());
});
