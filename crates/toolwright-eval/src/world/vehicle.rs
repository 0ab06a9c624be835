//! A car: engine, doors, climate, brakes, and what it tells of the way.

use std::sync::Arc;

use ruff_python_ast::Operator;

use super::backend::{
    Attributes, Backend, Method, Parameter, dict, error, random, restored_random, saved_random, text,
};
use super::{Large, Setting};
use crate::python::ops::{
    Object, Order, Outcome, augmented, binary, compare, dict_mut, dict_of, float, is_true, item, iterate,
};
use crate::python::random::Random;
use crate::python::{Dict, Value, str_of};

use Parameter::{Needed, Optional};

const SEED: i64 = 141_053;

/// Zip codes, and kilometres between them, either way.
const DISTANCES: &[(&str, &str, f64)] = &[
    ("83214", "74532", 750.0),
    ("56108", "62947", 320.0),
    ("71354", "83462", 450.0),
    ("47329", "52013", 290.0),
    ("69238", "51479", 630.0),
    ("94016", "83214", 980.0),
    ("94016", "94704", 600.0),
    ("94704", "08540", 2550.0),
    ("94016", "08540", 1950.0),
    ("62947", "47329", 1053.0),
    ("94016", "62947", 780.0),
    ("74532", "94016", 880.0),
];

const ZIP_CODES: &[(&str, &str)] = &[
    ("Rivermist", "83214"),
    ("Stonebrook", "74532"),
    ("Maplecrest", "56108"),
    ("Silverpine", "62947"),
    ("Shadowridge", "71354"),
    ("Sunset Valley", "83462"),
    ("Oakendale", "47329"),
    ("Willowbend", "52013"),
    ("Crescent Hollow", "69238"),
    ("Autumnville", "51479"),
    ("San Francisco", "94016"),
];

const TIRES: [&str; 4] =
    ["frontLeftTirePressure", "frontRightTirePressure", "rearLeftTirePressure", "rearRightTirePressure"];

/// A car.
#[derive(Clone, Debug)]
pub(super) struct Vehicle {
    own: Attributes,
    random: Random,
    large: Option<Arc<Large>>,
}

fn defaults(start: &Dict<'static>) -> Attributes {
    let doors = ["driver", "passenger", "rear_left", "rear_right"];
    let number = Value::Float;
    Attributes::of(
        start,
        [
            ("fuelLevel", number(0.0)),
            ("batteryVoltage", number(12.6)),
            ("engine_state", text("stopped")),
            ("remainingUnlockedDoors", Value::Int(4)),
            ("doorStatus", dict(doors.map(|door| (door, text("unlocked"))))),
            ("acTemperature", number(25.0)),
            ("fanSpeed", Value::Int(50)),
            ("acMode", text("auto")),
            ("humidityLevel", number(50.0)),
            ("headLightStatus", text("off")),
            ("parkingBrakeStatus", text("released")),
            ("_parkingBrakeForce", number(0.0)),
            ("_slopeAngle", number(0.0)),
            ("brakePedalStatus", text("released")),
            ("_brakePedalForce", number(0.0)),
            ("distanceToNextVehicle", number(50.0)),
            ("cruiseStatus", text("inactive")),
            ("destination", text("None")),
            ("frontLeftTirePressure", number(32.0)),
            ("frontRightTirePressure", number(32.0)),
            ("rearLeftTirePressure", number(30.0)),
            ("rearRightTirePressure", number(30.0)),
            ("long_context", Value::Bool(false)),
        ],
    )
}

/// Attributes that a first state has under other names.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("engine_state", "engineState"),
    ("_parkingBrakeForce", "parkingBrakeForce"),
    ("_slopeAngle", "slopeAngle"),
    ("_brakePedalForce", "brakePedalForce"),
];

/// `low <= value <= high`.
fn within(low: f64, value: &Object, high: f64) -> Outcome<bool> {
    Ok(compare(&Value::Float(low), Order::LessOrEqual, value).map_err(|_| unordered("<=", "int", value))?
        && compare(value, Order::LessOrEqual, &Value::Float(high))
            .map_err(|_| unordered("<=", "int", value))?)
}

fn unordered(sign: &str, left: &str, right: &Object) -> crate::python::ops::Raised {
    let right = crate::python::ops::kind(right);
    crate::python::ops::Raised::of_type(format!(
        "'{sign}' not supported between instances of '{left}' and '{right}'"
    ))
}

impl Vehicle {
    fn start(&mut self, mode: &Object) -> Outcome {
        if mode.as_str() == Some("STOP") {
            self.own["engine_state"] = text("stopped");
        }
        if compare(&self.own["remainingUnlockedDoors"], Order::Greater, &Value::Int(0))? {
            let doors = dict_of(&self.own["doorStatus"], "items")?.iter();
            let open = doors.filter(|(_, status)| status.as_str() == Some("unlocked"));
            let open: Vec<String> = open.map(|(door, _)| str_of(door)).collect();
            let open = open.join(", ");
            return error(format!(
                "All doors must be locked before starting the engine. Here are the unlocked doors: {open}"
            ));
        }
        if self.own["brakePedalStatus"].as_str() != Some("pressed") {
            return error("Brake pedal needs to be pressed when starting the engine.");
        }
        if self.own["_brakePedalForce"] != Value::Float(1000.0) {
            return error("Must press the brake fully before starting the engine.");
        }
        if compare(&self.own["fuelLevel"], Order::Less, &Value::Float(0.0))? {
            return error("Fuel tank is empty.");
        }
        if mode.as_str() != Some("START") {
            return error("Invalid ignition mode.");
        }
        self.own["engine_state"] = text("running");
        Ok(dict([
            ("engineState", text("running")),
            ("fuelLevel", self.own["fuelLevel"].clone()),
            ("batteryVoltage", self.own["batteryVoltage"].clone()),
        ]))
    }

    fn fill(&mut self, amount: &Object) -> Outcome {
        if compare(amount, Order::Less, &Value::Int(0))? {
            return error("Fuel amount cannot be negative.");
        }
        let level = binary(&self.own["fuelLevel"], Operator::Add, amount)?;
        if compare(&level, Order::Greater, &Value::Int(50))? {
            return error("Cannot fill gas above the tank capacity.");
        }
        if compare(&level, Order::Less, &Value::Float(0.0))? {
            return error("Fuel tank is empty. Min fuel level is 0 gallons.");
        }
        self.own["fuelLevel"] = level.clone();
        Ok(dict([("fuelLevel", level)]))
    }

    fn lock(&mut self, unlock: &Object, doors: &Object) -> Outcome {
        let (wanted, operator) =
            if is_true(unlock) { ("unlocked", Operator::Add) } else { ("locked", Operator::Sub) };
        for door in iterate(doors)? {
            if item(&self.own["doorStatus"], &door)?.as_str() == Some(wanted) {
                continue;
            }
            dict_mut(&mut self.own["doorStatus"])?.insert(door, text(wanted));
            let open = &self.own["remainingUnlockedDoors"];
            self.own["remainingUnlockedDoors"] = augmented(open, operator, &Value::Int(1))?;
        }
        let open = self.own["remainingUnlockedDoors"].clone();
        Ok(dict([("lockStatus", text(wanted)), ("remainingUnlockedDoors", open)]))
    }

    fn climate(&mut self, temperature: &Object, unit: &Object, fan: &Object, mode: &Object) -> Outcome {
        if !within(0.0, fan, 100.0)? {
            return error("Fan speed must be between 0 and 100.");
        }
        self.own["acTemperature"] = temperature.clone();
        if unit.as_str() == Some("fahrenheit") {
            let above = binary(temperature, Operator::Sub, &Value::Int(32))?;
            let five = binary(&above, Operator::Mult, &Value::Int(5))?;
            self.own["acTemperature"] = binary(&five, Operator::Div, &Value::Int(9))?;
        }
        self.own["fanSpeed"] = fan.clone();
        self.own["acMode"] = mode.clone();
        Ok(dict([
            ("currentACTemperature", temperature.clone()),
            ("climateMode", mode.clone()),
            ("humidityLevel", self.own["humidityLevel"].clone()),
        ]))
    }

    fn weather(&mut self) -> Outcome {
        let outside = Value::Float(self.random.uniform(-10.0, 40.0));
        let mut told = match &self.large {
            Some(large) => large.get("LONG_WEATHER_EXTENSION")?.clone(),
            None => Value::Dict(Dict::default()),
        };
        dict_mut(&mut told)?.insert(Value::text("outsideTemperature"), outside);
        Ok(told)
    }

    fn headlights(&mut self, mode: &Object) -> Outcome {
        let status = match mode.as_str() {
            Some("on") => "on",
            Some("off" | "auto") => "off",
            _ => return error("Invalid headlight mode."),
        };
        self.own["headLightStatus"] = text(status);
        Ok(dict([("headlightStatus", text(status))]))
    }

    fn display(&self, option: &Object) -> Outcome {
        let shown: &[(&'static str, &'static str)] = match option.as_str() {
            Some("fuel") => &[("fuelLevel", "fuelLevel")],
            Some("battery") => &[("batteryVoltage", "batteryVoltage")],
            Some("doors") => &[("doorStatus", "doorStatus")],
            Some("climate") => &[
                ("currentACTemperature", "acTemperature"),
                ("fanSpeed", "fanSpeed"),
                ("climateMode", "acMode"),
                ("humidityLevel", "humidityLevel"),
            ],
            Some("headlights") => &[("headlightStatus", "headLightStatus")],
            Some("parkingBrake") => &[
                ("parkingBrakeStatus", "parkingBrakeStatus"),
                ("parkingBrakeForce", "_parkingBrakeForce"),
                ("slopeAngle", "_slopeAngle"),
            ],
            Some("brakePedal") => {
                &[("brakePedalStatus", "brakePedalStatus"), ("brakePedalForce", "_brakePedalForce")]
            }
            Some("engine") => &[("engineState", "engine_state")],
            _ => &[],
        };
        let mut status = Dict::default();
        if let Some(large) = &self.large {
            status.insert(Value::text("metadata"), large.get("CAR_STATUS_METADATA_EXTENSION")?.clone());
        }
        for (name, attribute) in shown {
            status.insert(Value::text(*name), self.own[attribute].clone());
        }
        if shown.is_empty() {
            status.insert(Value::text("error"), text("Invalid option"));
        }
        Ok(Value::Dict(status))
    }

    fn parking(&mut self, mode: &Object) -> Outcome {
        let (status, force) = match mode.as_str() {
            Some("engage") => ("engaged", 500.0),
            Some("release") => ("released", 0.0),
            _ => return error("Invalid mode"),
        };
        let (force, slope) = (Value::Float(force), Value::Float(10.0));
        self.own["parkingBrakeStatus"] = text(status);
        self.own["_parkingBrakeForce"] = force.clone();
        self.own["_slopeAngle"] = slope.clone();
        let mut told = Dict::default();
        if let Some(large) = &self.large {
            told.insert(
                Value::text("parkingBrakeInstruction"),
                large.get("PARKING_BRAKE_INSTRUCTION")?.clone(),
            );
        }
        told.insert(Value::text("parkingBrakeStatus"), text(status));
        told.insert(Value::text("_parkingBrakeForce"), force);
        told.insert(Value::text("_slopeAngle"), slope);
        Ok(Value::Dict(told))
    }

    fn press(&mut self, position: &Object) -> Outcome {
        if !within(0.0, position, 1.0)? {
            return error("Pedal position must be between 0 and 1.");
        }
        if *position == Value::Int(0) {
            return self.release();
        }
        let force = binary(position, Operator::Mult, &Value::Int(1000))?;
        self.own["brakePedalStatus"] = text("pressed");
        self.own["_brakePedalForce"] = force.clone();
        Ok(dict([("brakePedalStatus", text("pressed")), ("brakePedalForce", Value::Float(float(&force)?))]))
    }

    fn release(&mut self) -> Outcome {
        self.own["brakePedalStatus"] = text("released");
        self.own["_brakePedalForce"] = Value::Float(0.0);
        Ok(dict([("brakePedalStatus", text("released")), ("brakePedalForce", Value::Float(0.0))]))
    }

    fn cruise(&mut self, speed: &Object, activate: &Object, distance: &Object) -> Outcome {
        let distance = Value::Float(float(distance)?);
        let number = float(speed)?;
        let speed = Value::Float(number);
        if self.own["engine_state"].as_str() == Some("stopped") {
            return error("Start the engine before activating the cruise control.");
        }
        self.own["distanceToNextVehicle"] = distance.clone();
        let status = if is_true(activate) {
            let multiple = binary(&speed, Operator::Mod, &Value::Int(5))? == Value::Int(0);
            if !(0.0..=120.0).contains(&number) || !multiple {
                return error("Invalid speed");
            }
            "active"
        } else {
            "inactive"
        };
        self.own["cruiseStatus"] = text(status);
        Ok(dict([
            ("cruiseStatus", text(status)),
            ("currentSpeed", speed),
            ("distanceToNextVehicle", distance),
        ]))
    }

    fn reaches(&self, distance: &Object) -> Outcome {
        let reach = binary(&self.own["fuelLevel"], Operator::Mult, &Value::Float(20.0))?;
        Ok(dict([("canDrive", Value::Bool(!compare(&reach, Order::Less, distance)?))]))
    }

    fn distance(&self, from: &Object, to: &Object) -> Outcome {
        let pair = (from.as_str(), to.as_str());
        let found = DISTANCES
            .iter()
            .find(|(from, to, _)| pair == (Some(*from), Some(*to)) || pair == (Some(*to), Some(*from)));
        let mut told = match found {
            Some((.., distance)) => dict([("distance", Value::Float(*distance))]),
            None => dict([("error", text("distance not found in database."))]),
        };
        if let Some(large) = &self.large {
            let between = large.get("INTERMEDIARY_CITIES")?.clone();
            dict_mut(&mut told)?.insert(Value::text("intermediaryCities"), between);
        }
        Ok(told)
    }

    fn zip(city: &Object) -> Outcome {
        let found = ZIP_CODES.iter().find(|(known, _)| city.as_str() == Some(*known));
        Ok(dict([("zipcode", text(found.map_or("00000", |(_, code)| *code)))]))
    }

    fn navigate(&mut self, destination: &Object) -> Outcome {
        self.own["destination"] = destination.clone();
        Ok(dict([("status", binary(&text("Navigating to "), Operator::Add, destination)?)]))
    }

    fn tires(&self) -> Outcome {
        let mut sum = self.own[TIRES[0]].clone();
        for tire in &TIRES[1..] {
            sum = binary(&sum, Operator::Add, &self.own[tire])?;
        }
        let mean = binary(&sum, Operator::Div, &Value::Int(4))?;
        let mut told = Dict::default();
        for tire in TIRES {
            told.insert(Value::text(tire), self.own[tire].clone());
        }
        told.insert(Value::text("healthy_tire_pressure"), Value::Bool(within(30.0, &mean, 35.0)?));
        let info = match &self.large {
            Some(large) => large.get("CAR_STATUS_METADATA_EXTENSION")?.clone(),
            None => Value::Dict(Dict::default()),
        };
        told.insert(Value::text("car_info"), info);
        Ok(Value::Dict(told))
    }
}

impl Backend for Vehicle {
    const NAME: &'static str = "VehicleControlAPI";
    const METHODS: &'static [Method<Self>] = &[
        Method("startEngine", &[Needed("ignitionMode")], |own, a| own.start(&a[0])),
        Method("fillFuelTank", &[Needed("fuelAmount")], |own, a| own.fill(&a[0])),
        Method("lockDoors", &[Needed("unlock"), Needed("door")], |own, a| own.lock(&a[0], &a[1])),
        Method(
            "adjustClimateControl",
            &[
                Needed("temperature"),
                Optional("unit", || text("celsius")),
                Optional("fanSpeed", || Value::Int(50)),
                Optional("mode", || text("auto")),
            ],
            |own, a| own.climate(&a[0], &a[1], &a[2], &a[3]),
        ),
        Method("get_outside_temperature_from_google", &[], |own, _| own.weather()),
        Method("get_outside_temperature_from_weather_com", &[], |_, _| {
            Ok(dict([("error", Value::Int(404))]))
        }),
        Method("setHeadlights", &[Needed("mode")], |own, a| own.headlights(&a[0])),
        Method("displayCarStatus", &[Needed("option")], |own, a| own.display(&a[0])),
        Method("activateParkingBrake", &[Needed("mode")], |own, a| own.parking(&a[0])),
        Method("pressBrakePedal", &[Needed("pedalPosition")], |own, a| own.press(&a[0])),
        Method("releaseBrakePedal", &[], |own, _| own.release()),
        Method(
            "setCruiseControl",
            &[Needed("speed"), Needed("activate"), Needed("distanceToNextVehicle")],
            |own, a| own.cruise(&a[0], &a[1], &a[2]),
        ),
        Method("get_current_speed", &[], |own, _| {
            Ok(dict([("currentSpeed", Value::Float(own.random.uniform(0.0, 120.0)))]))
        }),
        Method("display_log", &[Needed("messages")], |_, a| Ok(dict([("log", a[0].clone())]))),
        Method("estimate_drive_feasibility_by_mileage", &[Needed("distance")], |own, a| own.reaches(&a[0])),
        Method("liter_to_gallon", &[Needed("liter")], |_, a| {
            Ok(dict([("gallon", binary(&a[0], Operator::Mult, &Value::Float(0.264172))?)]))
        }),
        Method("gallon_to_liter", &[Needed("gallon")], |_, a| {
            Ok(dict([("liter", binary(&a[0], Operator::Mult, &Value::Float(3.78541))?)]))
        }),
        Method("estimate_distance", &[Needed("cityA"), Needed("cityB")], |own, a| own.distance(&a[0], &a[1])),
        Method("get_zipcode_based_on_city", &[Needed("city")], |_, a| Self::zip(&a[0])),
        Method("set_navigation", &[Needed("destination")], |own, a| own.navigate(&a[0])),
        Method("check_tire_pressure", &[], |own, _| own.tires()),
        Method("find_nearest_tire_shop", &[], |_, _| {
            Ok(dict([("shopLocation", text("456 Oakwood Avenue, Rivermist, 83214"))]))
        }),
    ];

    fn load(start: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut renamed = start.clone();
        for (own, given) in OTHER_NAMES {
            renamed.remove(&Value::text(*own));
            if let Some(value) = start.get(given) {
                renamed.insert(Value::text(*own), value.clone());
            }
        }
        let mut own = defaults(&renamed);
        let doors = dict_of(&own["doorStatus"], "keys")?;
        let locked = doors.iter().filter(|(_, status)| status.as_str() == Some("locked")).count() as i64;
        own["remainingUnlockedDoors"] = Value::Int(4 - locked);
        own["long_context"] = Value::Bool(setting.large.is_some());
        Ok(Self { own, random: random(start, SEED)?, large: setting.large.clone() })
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        self.own.all()
    }

    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>> {
        Ok(self.own.differences(&other.own))
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        let mut all = self.own.all();
        all.push(("_random", saved_random(&self.random)));
        all
    }

    fn restore(saved: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut own = defaults(saved);
        own.restore(saved)?;
        Ok(Self { own, random: restored_random(saved)?, large: setting.large.clone() })
    }
}
