//! Results that follow exactly from the arguments: a sum is the sum.
//!
//! [`FORMULAS`] names functionalities of the context tree whose answer nobody may make up, and how it is worked out; of imported
//! tools, those whose name says unmistakably what they compute and whose arguments are all there ([`plain`]). Everything else is
//! left to the world's other values. What a formula cannot do (a polynomial behind an identifier) is not in the list.
//!
//! Fails:  where an argument is missing or of another type, nothing is computed.

use serde_json::{Map, Value};
use toolwright_core::Tool;

use super::words::words_of;

/// How a result follows from the arguments.
#[derive(Debug)]
pub(crate) struct Formula {
    /// The functionality that it serves.
    name: &'static str,
    work: fn(&Given<'_>) -> Option<Worked>,
}

/// Properties of the result by their words, `""` for the only number that a result has.
type Worked = Vec<(&'static str, Value)>;

/// How the result of a tool follows from its arguments, where it is exact.
pub(crate) fn formula(tool: &Tool) -> Option<&'static Formula> {
    match tool.meta.lineage.as_ref() {
        Some(lineage) => {
            let main = lineage.functionalities.first()?;
            FORMULAS.iter().find(|formula| formula.name == main)
        }
        None => plain(&tool.name),
    }
}

/// What the name of an imported function says that it computes.
fn plain(name: &str) -> Option<&'static Formula> {
    const FILL: &[&str] = &[
        "calculate", "compute", "get", "find", "math", "calc", "the", "of", "two", "numbers", "number",
        "list", "a", "values", "calculator", "an", "and",
    ];
    let words = words_of(name);
    if words.len() > 6 {
        return None;
    }
    let kept: Vec<&str> = words.iter().map(String::as_str).filter(|word| !FILL.contains(word)).collect();
    let name = kept.join(" ");
    PLAIN.iter().find(|formula| formula.name == name)
}

impl Formula {
    /// The values of the result that follow from these arguments.
    pub(crate) fn work(&self, arguments: &Map<String, Value>) -> Option<Worked> {
        let given = arguments.iter().map(|(name, value)| (words_of(name).join("_"), value)).collect();
        (self.work)(&Given(given))
    }
}

/// The arguments of a call, by their words.
struct Given<'c>(Vec<(String, &'c Value)>);

impl Given<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.as_f64()
    }

    fn whole(&self, name: &str) -> Option<i128> {
        self.value(name)?.as_i64().map(i128::from)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    fn set(&self, name: &str) -> bool {
        self.value(name) == Some(&Value::Bool(true))
    }

    /// A number within an object: `start_point.x`.
    fn part(&self, name: &str, inner: &str) -> Option<f64> {
        let object = self.value(name)?.as_object()?;
        object.iter().find(|(known, _)| words_of(known).join("_") == inner)?.1.as_f64()
    }

    /// The numbers of the only list, else all arguments, if they are numbers.
    fn numbers(&self) -> Option<Vec<f64>> {
        let lists: Vec<&Vec<Value>> = self.0.iter().filter_map(|(_, value)| value.as_array()).collect();
        match lists.as_slice() {
            [one] => one.iter().map(Value::as_f64).collect(),
            [] => self.0.iter().map(|(_, value)| value.as_f64()).collect(),
            _ => None,
        }
        .filter(|numbers: &Vec<f64>| !numbers.is_empty())
    }

    fn two(&self) -> Option<[f64; 2]> {
        <[f64; 2]>::try_from(self.numbers()?).ok()
    }

    fn two_whole(&self) -> Option<[i128; 2]> {
        let [one, other] = self.two()?;
        (one.fract() == 0.0 && other.fract() == 0.0 && one > 0.0 && other > 0.0)
            .then_some([one as i128, other as i128])
    }

    /// A number with as many decimals as the call asks for.
    fn rounded(&self, value: f64, usual: i32) -> Value {
        const DIGITS: &[&str] =
            &["decimals", "decimal_places", "precision_digits", "output_digits", "digits"];
        let digits = DIGITS.iter().find_map(|name| self.value(name)?.as_i64());
        let digits = digits.and_then(|digits| i32::try_from(digits).ok()).unwrap_or(usual).clamp(0, 9);
        let scale = 10f64.powi(digits);
        let scaled = value * scale;
        let way = ["rounding_mode", "rounding"].iter().find_map(|name| self.text(name));
        // What binary fractions miss by a hair is not a step.
        let near = (scaled - scaled.round()).abs() < 1e-7;
        let whole = match way {
            _ if near => scaled.round(),
            Some("floor" | "down") => scaled.floor(),
            Some("ceiling" | "up") => scaled.ceil(),
            Some("half_even") => scaled.round_ties_even(),
            _ => scaled.round(),
        };
        number(whole / scale)
    }
}

fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { (value as i64).into() } else { value.into() }
}

fn whole(value: i128) -> Option<Value> {
    i64::try_from(value).ok().map(Value::from)
}

fn gcd(one: i128, other: i128) -> i128 {
    if other == 0 { one.abs() } else { gcd(other, one % other) }
}

fn fraction(text: &str) -> Option<[i128; 2]> {
    let (above, below) = text.split_once('/')?;
    let parts = [above.trim().parse().ok()?, below.trim().parse().ok()?];
    (parts[1] > 0).then_some(parts)
}

fn reduced([above, below]: [i128; 2]) -> Value {
    let common = gcd(above, below).max(1);
    format!("{}/{}", above / common, below / common).into()
}

fn product(range: std::ops::RangeInclusive<i128>) -> Option<i128> {
    range.into_iter().try_fold(1i128, i128::checked_mul)
}

/// Ways to choose `k` of `n`.
fn choose(n: i128, k: i128) -> Option<i128> {
    (0..=200).contains(&n).then_some(())?;
    (0..k).try_fold(1i128, |ways, step| Some(ways.checked_mul(n - step)? / (step + 1)))
}

fn years(given: &Given<'_>) -> Option<f64> {
    given.number("years").filter(|years| (0.0..=200.0).contains(years))
}

fn periods(given: &Given<'_>) -> Option<f64> {
    match given.text("compounding") {
        None | Some("yearly" | "annually") => Some(1.0),
        Some("half_yearly" | "semiannually") => Some(2.0),
        Some("quarterly") => Some(4.0),
        Some("monthly") => Some(12.0),
        Some("weekly") => Some(52.0),
        Some("daily") => Some(365.0),
        Some(_) => None,
    }
}

macro_rules! formulas {
    ($($name:literal => $work:expr;)+) => { &[$(Formula { name: $name, work: $work }),+] };
}

/// Functionalities of the context tree whose answers are exact.
const FORMULAS: &[Formula] = formulas! {
    "simplify_fraction" => |g| {
        let parts = [g.whole("numerator")?, g.whole("denominator")?];
        (parts[0] < parts[1] || !g.set("mixed_number")).then(|| vec![("reduced_fraction", reduced(parts))])
    };
    "calculate_fraction_sum" => |g| {
        let ([a, b], [c, d]) = (fraction(g.text("first_fraction")?)?, fraction(g.text("second_fraction")?)?);
        let common = b / gcd(b, d) * d;
        let sum = a * (common / b) + c * (common / d);
        Some(vec![("fraction_sum", reduced([sum, common])), ("common_denominator", whole(common)?)])
    };
    "calculate_percentage_part" => |g| {
        let part = g.number("percent_rate")? * g.number("base_amount")? / 100.0;
        Some(vec![("part_amount", g.rounded(part, 2))])
    };
    "compute_percentage_change" => |g| {
        let (old, new) = (g.number("old_amount")?, g.number("new_amount")?);
        (old != 0.0).then(|| vec![("percent_change", g.rounded((new - old) / old * 100.0, 2))])
    };
    "calculate_ratio_shares" => |g| {
        let shares: Vec<f64> = g.value("ratio_shares")?.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?;
        let (all, most) = (shares.iter().sum::<f64>(), shares.iter().copied().reduce(f64::max)?);
        (all > 0.0).then_some(())?;
        Some(vec![("largest_share_amount", g.rounded(g.number("base_amount")? * most / all, 2))])
    };
    "calculate_circle_area" => |g| {
        let radius = g.number("radius_cm")?;
        let around = std::f64::consts::TAU * radius;
        Some(vec![("circle_area", g.rounded(around * radius / 2.0, 2)), ("circumference_cm", g.rounded(around, 2))])
    };
    "calculate_circular_sector" => |g| {
        let (radius, angle) = (g.number("radius_cm")?, g.number("sector_angle")?.to_radians());
        let arc = radius * angle;
        Some(vec![("arc_length", g.rounded(arc, 2)), ("sector_area", g.rounded(arc * radius / 2.0, 2))])
    };
    "calculate_point_distance" => |g| {
        let across = g.part("end_point", "x")? - g.part("start_point", "x")?;
        let up = g.part("end_point", "y")? - g.part("start_point", "y")?;
        (across != 0.0).then_some(())?;
        Some(vec![("point_distance", g.rounded(across.hypot(up), 2)), ("line_slope", g.rounded(up / across, 3))])
    };
    "compute_center_of_mass" => |g| {
        let points = g.value("weighted_points")?.as_array()?;
        let at = |point: &Value, name: &str| {
            point.as_object()?.iter().find(|(known, _)| words_of(known).join("_") == name)?.1.as_f64()
        };
        let mut sums = [0.0; 3];
        for point in points {
            let weight = at(point, "weight").unwrap_or(1.0);
            sums = [sums[0] + at(point, "x")? * weight, sums[1] + at(point, "y")? * weight, sums[2] + weight];
        }
        (sums[2] > 0.0).then(|| {
            vec![("center_x", g.rounded(sums[0] / sums[2], 2)), ("center_y", g.rounded(sums[1] / sums[2], 2))]
        })
    };
    "calculate_dice_chance" => |g| {
        let sides = match g.text("dice_sides") {
            Some("four") => 4,
            None | Some("six") => 6,
            Some("eight") => 8,
            Some("ten") => 10,
            Some("twelve") => 12,
            Some("twenty") => 20,
            Some(_) => return None,
        };
        let (count, target) = (usize::try_from(g.whole("dice_count")?).ok()?, usize::try_from(g.whole("target_sum")?).ok()?);
        (1..=20).contains(&count).then_some(())?;
        let mut chances = vec![1.0];
        for _ in 0..count {
            let mut next = vec![0.0; chances.len() + sides];
            for (sum, chance) in chances.iter().enumerate() {
                (1..=sides).for_each(|face| next[sum + face] += chance / sides as f64);
            }
            chances = next;
        }
        Some(vec![("success_chance", g.rounded(chances.iter().skip(target).sum(), 4))])
    };
    "calculate_binomial_chance" => |g| {
        let (trials, least) = (g.whole("trial_count")?, g.whole("least_successes")?);
        let rate = g.number("success_rate")? / 100.0;
        (trials <= 60 && least >= 0).then_some(())?;
        let mut chance = 0.0;
        for hits in least..=trials {
            let (up, down) = (i32::try_from(hits).ok()?, i32::try_from(trials - hits).ok()?);
            chance += choose(trials, hits)? as f64 * rate.powi(up) * (1.0 - rate).powi(down);
        }
        Some(vec![("success_chance", g.rounded(chance, 4))])
    };
    "compute_posterior_probability" => |g| {
        let (base, alarm) = (g.number("event_base_rate")? / 100.0, g.number("false_alarm_rate")? / 100.0);
        let hit = g.number("test_sensitivity").unwrap_or(95.0) / 100.0;
        let all = base * hit + (1.0 - base) * alarm;
        (all > 0.0).then(|| vec![("posterior_chance", g.rounded(base * hit / all * 100.0, 1))])
    };
    "compute_vector_angle" => |g| {
        let vector = |name: &str| Some([g.part(name, "x")?, g.part(name, "y")?, g.part(name, "z")?]);
        let (one, other) = (vector("first_vector")?, vector("second_vector")?);
        let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let lengths = (dot(one, one) * dot(other, other)).sqrt();
        (lengths > 0.0).then_some(())?;
        let angle = (dot(one, other) / lengths).clamp(-1.0, 1.0).acos().to_degrees();
        Some(vec![("vector_angle", g.rounded(angle, 1)), ("dot_product", g.rounded(dot(one, other), 2))])
    };
    "compute_unit_vector" => |g| {
        let [x, y, z] = ["x", "y", "z"].map(|name| g.part("vector", name));
        let (x, y, z) = (x?, y?, z?);
        let length = (x * x + y * y + z * z).sqrt();
        (length > 0.0).then(|| {
            let unit = |part: f64| g.rounded(part / length, 3);
            vec![("unit_x", unit(x)), ("unit_y", unit(y)), ("unit_z", unit(z))]
        })
    };
    "compute_greatest_common_divisor" => |g| {
        let (one, other) = (g.whole("number")?, g.whole("other_number")?);
        let common = gcd(one, other);
        (common > 0).then_some(())?;
        let common_text = common.to_string().into();
        Some(vec![("common_divisor", common_text), ("common_multiple", whole(one / common * other)?)])
    };
    "compute_euler_totient" => |g| {
        let number = g.whole("number").filter(|number| (1..=1_000_000).contains(number))?;
        let (mut left, mut totient, mut prime) = (number, number, 2);
        while prime * prime <= left {
            if left % prime == 0 {
                totient -= totient / prime;
                while left % prime == 0 {
                    left /= prime;
                }
            }
            prime += 1;
        }
        Some(vec![("totient_value", whole(if left > 1 { totient - totient / left } else { totient })?)])
    };
    "compute_modular_power" => |g| {
        let modulus = g.whole("modulus").filter(|modulus| (2..=1_000_000_000).contains(modulus))?;
        let (mut base, mut power) = (g.whole("base_number")?.rem_euclid(modulus), g.whole("exponent_number")?);
        (power >= 0).then_some(())?;
        let mut out = 1;
        while power > 0 {
            if power & 1 == 1 {
                out = out * base % modulus;
            }
            base = base * base % modulus;
            power >>= 1;
        }
        Some(vec![("remainder", whole(out)?)])
    };
    "convert_binary_number" => |g| {
        let number = u64::from_str_radix(g.text("binary_number")?, 2).ok()?;
        let digits = match g.text("target_base")? {
            "octal" => format!("{number:o}"),
            "decimal" => number.to_string(),
            "hexadecimal" => format!("{number:X}"),
            _ => return None,
        };
        Some(vec![("converted_digits", digits.into())])
    };
    "calculate_selection_count" => |g| {
        let (all, chosen) = (g.whole("item_count")?, g.whole("chosen_count")?);
        (0 < chosen && chosen <= all && all <= 60).then_some(())?;
        let power = || u32::try_from(chosen).ok().and_then(|chosen| all.checked_pow(chosen));
        let count = match (g.set("order_matters"), g.set("with_repetition")) {
            (true, true) => power(),
            (true, false) => product(all - chosen + 1..=all),
            (false, true) => choose(all + chosen - 1, chosen),
            (false, false) => choose(all, chosen),
        };
        Some(vec![("selection_count", whole(count?)?)])
    };
    "calculate_word_arrangements" => |g| {
        let word = g.text("arranged_word")?.to_lowercase();
        let letters: Vec<char> = word.chars().collect();
        (letters.len() <= 20).then_some(())?;
        let mut different = letters.clone();
        different.sort_unstable();
        different.dedup();
        let mut count = product(1..=letters.len() as i128)?;
        for letter in different {
            count /= product(1..=letters.iter().filter(|other| **other == letter).count() as i128)?;
        }
        Some(vec![("arrangement_count", whole(count)?)])
    };
    "count_round_table_seatings" => |g| {
        let seats = g.whole("seat_count").filter(|seats| (2..=20).contains(seats) && g.value("kept_apart").is_none())?;
        Some(vec![("seating_count", whole(product(1..=seats - 1)?)?)])
    };
    "count_integer_partitions" => |g| {
        let number = usize::try_from(g.whole("partition_number")?).ok().filter(|number| *number <= 400)?;
        let most = g.whole("largest_part").and_then(|part| usize::try_from(part).ok()).unwrap_or(number);
        let mut ways = vec![0i128; number + 1];
        ways[0] = 1;
        for part in 1..=most.min(number) {
            (part..=number).for_each(|sum| ways[sum] += ways[sum - part]);
        }
        Some(vec![("partition_count", whole(ways[number])?)])
    };
    "generate_fixture_list" => |g| {
        let teams = g.whole("team_count")?;
        let legs = if g.set("both_legs") { 2 } else { 1 };
        let matches = match g.text("pairing_kind")? {
            "round_robin" => teams * (teams - 1) / 2 * legs,
            "knockout" => (teams - 1) * legs,
            _ => return None,
        };
        Some(vec![("match_count", whole(matches)?)])
    };
    "compute_code_entropy" => |g| {
        let letters: f64 = match g.text("alphabet_kind")? {
            "lowercase_letters" | "capital_letters" => 26.0,
            "letters_and_digits" => 62.0,
            _ => return None,
        };
        Some(vec![("entropy_bits", g.rounded(letters.log2() * g.number("code_length")?, 2))])
    };
    "convert_miles" => |g| {
        let kilometers = if g.set("nautical") { 1.852 } else { 1.609_344 };
        Some(vec![("kilometers", g.rounded(g.number("miles")? * kilometers, 2))])
    };
    "convert_fahrenheit" => |g| {
        let fahrenheit = g.number("fahrenheit")?;
        let celsius = (fahrenheit - 32.0) / 1.8;
        let converted = match g.text("target_scale").unwrap_or("celsius") {
            "celsius" => celsius,
            "kelvin" => celsius + 273.15,
            "rankine" => fahrenheit + 459.67,
            "reaumur" => celsius * 0.8,
            _ => return None,
        };
        Some(vec![("converted_temperature", g.rounded(converted, 2))])
    };
    "convert_pounds" => |g| Some(vec![("kilograms", g.rounded(g.number("pounds")? * 0.453_592_37, 2))]);
    "convert_fuel_economy" => |g| {
        let liters = if g.text("gallon_kind") == Some("imperial") { 4.546_09 } else { 3.785_411_784 };
        let miles = g.number("miles_per_gallon").filter(|miles| *miles > 0.0)?;
        Some(vec![("liters_per_100km", g.rounded(100.0 * liters / (miles * 1.609_344), 2))])
    };
    "convert_acres" => |g| Some(vec![("hectares", g.rounded(g.number("acres")? * 0.404_685_642_24, 2))]);
    "convert_knots" => |g| {
        let factor = match g.text("speed_unit").unwrap_or("kmh") {
            "kmh" => 1.852,
            "mph" => 1.852 / 1.609_344,
            "meters_per_second" => 1.852 / 3.6,
            _ => return None,
        };
        Some(vec![("converted_speed", g.rounded(g.number("knots")? * factor, 2))])
    };
    "convert_parsecs" => |g| Some(vec![("light_years", g.rounded(g.number("distance_in_parsecs")? * 3.2616, 2))]);
    "convert_pressure" => |g| Some(vec![("pressure_psi", g.rounded(g.number("pressure_in_bar")? * 14.503_773_773, 2))]);
    "convert_energy" => |g| Some(vec![("energy_mj", g.rounded(g.number("energy_in_kwh")? * 3.6, 2))]);
    "calculate_compound_growth" => |g| {
        let (rate, times, years) = (g.number("annual_rate")? / 100.0, periods(g)?, years(g)?);
        g.value("monthly_deposit").is_none().then_some(())?;
        let grown = g.number("principal")? * (1.0 + rate / times).powf(times * years);
        Some(vec![("final_amount", g.rounded(grown, 2))])
    };
    "compute_effective_rate" => |g| {
        let (rate, times) = (g.number("annual_rate")? / 100.0, periods(g)?);
        g.value("compounding").is_some().then_some(())?;
        Some(vec![("effective_rate", g.rounded(((1.0 + rate / times).powf(times) - 1.0) * 100.0, 3))])
    };
    "compute_annuity_payment" => |g| {
        let (principal, rate) = (g.number("principal")?, g.number("annual_rate")? / 1_200.0);
        let months = years(g)? * 12.0;
        let payment = if rate > 0.0 { principal * rate / (1.0 - (1.0 + rate).powf(-months)) } else { principal / months };
        let interest = payment * months - principal;
        Some(vec![("payment_amount", g.rounded(payment, 2)), ("total_interest", g.rounded(interest, 2))])
    };
    "calculate_inflation_adjusted_value" => |g| {
        let value = g.number("principal")? / (1.0 + g.number("inflation_rate")? / 100.0).powf(years(g)?);
        Some(vec![("real_value", g.rounded(value, 2))])
    };
    "calculate_yearly_growth_rate" => |g| {
        let (start, end, years) = (g.number("start_amount")?, g.number("end_amount")?, g.number("growth_years")?);
        (start > 0.0 && end > 0.0 && years > 0.0).then_some(())?;
        Some(vec![("yearly_growth", g.rounded(((end / start).powf(1.0 / years) - 1.0) * 100.0, 2))])
    };
    "calculate_break_even_quantity" => |g| {
        let margin = g.number("unit_margin").filter(|margin| *margin > 0.0)?;
        Some(vec![("break_even_quantity", number((g.number("fixed_costs")? / margin).ceil()))])
    };
    "calculate_moving_average" => |g| {
        let terms: Vec<f64> = g.value("observed_terms")?.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?;
        let window = g.whole("smoothing_window").and_then(|window| usize::try_from(window).ok()).unwrap_or(3);
        let mean = |slice: &[f64]| slice.iter().sum::<f64>() / slice.len() as f64;
        let averages: Vec<f64> = terms.windows(window.clamp(1, terms.len().max(1))).map(mean).collect();
        let (first, last) = (averages.first()?, averages.last()?);
        let trend = if last > first { "rising" } else { "falling" };
        Some(vec![("latest_average", g.rounded(*last, 2)), ("trend", trend.into())])
    };
};

/// What plainly named functions of others compute.
const PLAIN: &[Formula] = formulas! {
    "add" => |g| only(number(g.numbers()?.iter().sum()));
    "sum" => |g| only(number(g.numbers()?.iter().sum()));
    "addition" => |g| only(number(g.numbers()?.iter().sum()));
    "multiply" => |g| only(number(g.numbers()?.iter().product()));
    "product" => |g| only(number(g.numbers()?.iter().product()));
    "subtract" => |g| g.two().and_then(|[one, other]| only(number(one - other)));
    "divide" => |g| g.two().filter(|[_, by]| *by != 0.0).and_then(|[one, by]| only(number(one / by)));
    "mean" => |g| g.numbers().and_then(|all| only(number(all.iter().sum::<f64>() / all.len() as f64)));
    "average" => |g| g.numbers().and_then(|all| only(number(all.iter().sum::<f64>() / all.len() as f64)));
    "median" => |g| {
        let mut all = g.numbers()?;
        all.sort_by(f64::total_cmp);
        let (low, high) = (all[(all.len() - 1) / 2], all[all.len() / 2]);
        only(number(f64::midpoint(low, high)))
    };
    "factorial" => |g| {
        let [one] = <[f64; 1]>::try_from(g.numbers()?).ok()?;
        let fits = one.fract() == 0.0 && (0.0..=20.0).contains(&one);
        only(whole(product(1..=one as i128).filter(|_| fits)?)?)
    };
    "gcd" => |g| g.two_whole().and_then(|[one, other]| only(whole(gcd(one, other))?));
    "greatest common divisor" => |g| g.two_whole().and_then(|[one, other]| only(whole(gcd(one, other))?));
    "lcm" => |g| g.two_whole().and_then(|[one, other]| only(whole(one / gcd(one, other) * other)?));
    "hypotenuse" => |g| g.two().and_then(|[one, other]| only(number(one.hypot(other))));
    "circle area" => |g| only(g.rounded(std::f64::consts::PI * g.number("radius")?.powi(2), 4));
    "area circle" => |g| only(g.rounded(std::f64::consts::PI * g.number("radius")?.powi(2), 4));
    "rectangle area" => |g| only(number(g.number("length")? * g.number("width")?));
    "area rectangle" => |g| only(number(g.number("length")? * g.number("width")?));
    "triangle area" => |g| only(number(g.number("base")? * g.number("height")? / 2.0));
    "square root" => |g| {
        let [one] = <[f64; 1]>::try_from(g.numbers()?).ok()?;
        (one >= 0.0).then(|| g.rounded(one.sqrt(), 6)).and_then(only)
    };
};

fn only(value: Value) -> Option<Worked> {
    Some(vec![("", value)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn worked(name: &str, arguments: Value) -> Vec<Value> {
        let formula = FORMULAS.iter().find(|formula| formula.name == name).or_else(|| plain(name));
        let formula = formula.expect("it is in the list");
        let worked = formula.work(arguments.as_object().expect("an object")).unwrap_or_default();
        worked.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn formulas_serve_functionalities_that_there_are() {
        let tree = crate::pool::tree::Tree::authored();
        let known: std::collections::HashSet<String> = tree
            .sub_domains()
            .flat_map(|(_, _, sub)| sub.things.values())
            .flat_map(|thing| thing.does.keys().cloned())
            .collect();
        for formula in FORMULAS {
            assert!(known.contains(formula.name), "{}", formula.name);
        }
    }

    #[test]
    fn what_follows_is_worked_out() {
        assert_eq!(worked("simplify_fraction", json!({"numerator": 36, "denominator": 84})), ["3/7"]);
        let sum = json!({"first_fraction": "3/8", "secondFraction": "5/12"});
        assert_eq!(worked("calculate_fraction_sum", sum), [json!("19/24"), json!(24)]);
        assert_eq!(
            worked("calculate_percentage_part", json!({"percentRate": 12.5, "baseAmount": 1200})),
            [150]
        );
        let change = json!({"old_amount": 120.0, "new_amount": 330.0, "decimal_places": 0});
        assert_eq!(worked("compute_percentage_change", change), [175]);
        assert_eq!(
            worked("calculate_circle_area", json!({"radius_cm": 10.0})),
            [json!(314.16), json!(62.83)]
        );
        assert_eq!(worked("convert_fahrenheit", json!({"fahrenheit": 68.0})), [20]);
        assert_eq!(
            worked("calculate_dice_chance", json!({"dice_count": 1, "target_sum": 5})),
            [json!(0.3333)]
        );
        let chance = json!({"trial_count": 2, "success_rate": 50, "least_successes": 1});
        assert_eq!(worked("calculate_binomial_chance", chance), [json!(0.75)]);
        assert_eq!(worked("compute_euler_totient", json!({"number": 36})), [12]);
        let power = json!({"base_number": 4, "exponent_number": 13, "modulus": 497});
        assert_eq!(worked("compute_modular_power", power), [445]);
        assert_eq!(
            worked("convert_binary_number", json!({"binary_number": "101101", "target_base": "octal"})),
            ["55"]
        );
        assert_eq!(worked("calculate_selection_count", json!({"item_count": 14, "chosen_count": 5})), [2002]);
        assert_eq!(worked("calculate_word_arrangements", json!({"arranged_word": "banana"})), [60]);
        assert_eq!(worked("count_integer_partitions", json!({"partition_number": 5})), [7]);
        assert_eq!(worked("count_round_table_seatings", json!({"seat_count": 5})), [24]);
        let loan = json!({"principal": 12_000, "annual_rate": 0.0, "years": 10});
        assert_eq!(worked("compute_annuity_payment", loan), [json!(100), json!(0)]);
        let points = json!({"start_point": {"x": 0, "y": 0}, "end_point": {"x": 3, "y": 4}});
        assert_eq!(worked("calculate_point_distance", points), [json!(5), json!(1.333)]);
        let terms = json!({"observed_terms": [1, 2, 3, 4]});
        assert_eq!(worked("calculate_moving_average", terms), [json!(3), json!("rising")]);
    }

    #[test]
    fn plain_names_are_understood_and_others_left_alone() {
        assert_eq!(worked("add_two_numbers", json!({"a": 2, "b": 3.5})), [json!(5.5)]);
        assert_eq!(worked("calculateMean", json!({"numbers": [1, 2, 6]})), [3]);
        assert_eq!(worked("math.gcd", json!({"a": 12, "b": 18})), [6]);
        assert_eq!(worked("calculate_area_of_circle", json!({"radius": 2})), [json!(12.5664)]);
        assert!(worked("add", json!({"a": 2, "note": "x"})).is_empty());
        assert!(plain("add_item").is_none() && plain("get_sum_insured").is_none());
    }

    #[test]
    fn strange_arguments_give_nothing() {
        for formula in FORMULAS.iter().chain(PLAIN) {
            for arguments in
                [json!({}), json!({"a": -1}), json!({"number": -7, "radius": "x", "years": 1e300})]
            {
                let _ = formula.work(arguments.as_object().expect("an object"));
            }
        }
        assert!(worked("divide", json!({"a": 1, "b": 0})).is_empty());
        assert!(
            worked("convert_binary_number", json!({"binary_number": "2", "target_base": "octal"})).is_empty()
        );
    }
}
