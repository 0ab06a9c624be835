//! A definition in the making: what evolution works on before it becomes a tool.
//!
//! A draft knows what a finished tool no longer says: which functionality it is about, whose attribute a parameter is, how its
//! result is put together. The indicators change drafts; [`super::write`] turns one into a tool.

use indexmap::IndexMap;
use serde_json::Value;

use crate::agent::clause::reads;
use crate::agent::name::tokens;
use crate::pool::tree::{Attribute, Domain, Functionality, SubDomain, Thing};

/// A functionality with its place in the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    /// Its position in the domain.
    pub(super) at: u32,
    pub(super) domain: &'t Domain,
    pub(super) sub_domain: &'t str,
    pub(super) sub: &'t SubDomain,
    pub(super) thing: &'t str,
    pub(super) of: &'t Thing,
    pub(super) key: &'t str,
    pub(super) does: &'t Functionality,
    /// Whether it only looks things up.
    pub(super) reads: bool,
}

impl<'t> Node<'t> {
    /// The functionalities of a domain, in order.
    pub(super) fn all(domain: &'t Domain) -> Vec<Self> {
        let mut nodes = Vec::new();
        for (sub_domain, sub) in &domain.sub_domains {
            for (thing, of) in &sub.things {
                for (key, does) in &of.does {
                    let verb = tokens(key).into_iter().next().unwrap_or_default();
                    let at = nodes.len() as u32;
                    nodes.push(Self {
                        at,
                        domain,
                        sub_domain,
                        sub,
                        thing,
                        of,
                        key,
                        does,
                        reads: reads(&verb),
                    });
                }
            }
        }
        nodes
    }

    /// The attribute of this name, as the functionality sees it.
    pub(super) fn attribute(&self, name: &str) -> Option<&'t Attribute> {
        self.sub.attribute(self.of, name)
    }

    /// The first word of its name: `search`.
    pub(super) fn verb(&self) -> &'t str {
        self.key.split('_').next().unwrap_or_default()
    }

    /// The rest of its name: `used_cars`.
    pub(super) fn object(&self) -> &'t str {
        self.key.split_once('_').map_or(self.key, |(_, object)| object)
    }
}

/// Another functionality that a draft serves beside its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joined<'t> {
    pub(super) node: Node<'t>,
    pub(super) how: Join,
}

/// How another functionality takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// Its result comes along with every call.
    Always,
    /// Its result comes along where a flag asks for it.
    Asked,
    /// Its result comes along where its own parameters are given.
    Given,
    /// It is done in the same step where its parameters are given.
    Done,
}

/// A parameter in the making.
#[derive(Clone, Debug)]
pub(super) struct Param<'t> {
    /// The schema, with `meaning` and `examples` beside the standard keywords.
    pub(super) schema: Value,
    pub(super) required: bool,
    /// How a person says it: `from @`.
    pub(super) put: Option<String>,
    /// The attribute that it is, where it is one as it stands.
    pub(super) attribute: Option<&'t Attribute>,
    /// Whether it narrows a list down.
    pub(super) filters: bool,
}

/// How a result is put together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// The object, or the list under its name.
    Plain,
    /// A page of the list, with a token for the next.
    Paged,
    /// Everything under `data`, with `meta` beside it.
    Enveloped,
    /// The list with numbers over it: of this attribute the least, the most and the mean.
    Summarised(String),
    /// The list in groups, by this attribute.
    Grouped(String),
    /// The first of the list alone.
    Best,
    /// How many there are, by this attribute, instead of the list.
    Counted(String),
}

/// A sentence of the description.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) text: String,
    /// Whether the definition would be misread without it.
    pub(super) needed: bool,
}

/// Whether a part of a result is an object, or a list of objects, with this property.
fn holds(block: &Value, name: &str) -> bool {
    let properties = block.get("properties").or_else(|| block.pointer("/items/properties"));
    properties.is_some_and(|properties| properties.get(name).is_some())
}

/// A definition in the making.
#[derive(Clone, Debug)]
pub(super) struct Draft<'t> {
    pub(super) node: Node<'t>,
    pub(super) joined: Vec<Joined<'t>>,
    pub(super) params: IndexMap<String, Param<'t>>,
    /// What comes back: of one item, where it is a list.
    pub(super) fields: IndexMap<String, Value>,
    /// The name of the list.
    pub(super) list: Option<String>,
    /// What stands beside the list.
    pub(super) beside: IndexMap<String, Value>,
    pub(super) shape: Shape,
    /// Whether several things are asked for in one call, by a list of what identifies them.
    pub(super) batch: Option<String>,
    /// How people say what stands inside an object: property, wording.
    pub(super) puts: IndexMap<String, String>,
    /// What parameters were called before, and what they are called now.
    pub(super) renamed: Vec<(String, String)>,
    /// What the description says beyond its first sentence, oldest first.
    pub(super) notes: Vec<Note>,
    /// The indicators that were applied, oldest first.
    pub(super) indicators: Vec<&'static str>,
    /// How many of them were applied in the last step.
    pub(super) fresh: usize,
    pub(super) generation: u32,
    pub(super) parents: Vec<String>,
}

impl<'t> Draft<'t> {
    /// The functionality alone, with what it needs and gives; optional parameters are those named.
    pub(super) fn of(node: Node<'t>, may: &[&'t String], gives: &[&'t String]) -> Self {
        let mut draft = Self {
            node,
            joined: Vec::new(),
            params: IndexMap::new(),
            fields: IndexMap::new(),
            list: node.does.many.then(|| node.object().to_owned()),
            beside: IndexMap::new(),
            shape: Shape::Plain,
            batch: None,
            puts: IndexMap::new(),
            renamed: Vec::new(),
            notes: Vec::new(),
            indicators: Vec::new(),
            fresh: 0,
            generation: 0,
            parents: Vec::new(),
        };
        for name in &node.does.needs {
            draft.take(name, true);
        }
        for name in may {
            draft.take(name, false);
        }
        for name in gives {
            if let Some(attribute) = node.attribute(name) {
                draft.fields.insert((*name).clone(), attribute.schema(true));
            }
        }
        draft
    }

    /// Adds an attribute as a parameter.
    fn take(&mut self, name: &str, required: bool) {
        let Some(attribute) = self.node.attribute(name) else { return };
        let param = Param {
            schema: attribute.schema(false),
            required,
            put: attribute.put.clone(),
            attribute: Some(attribute),
            filters: !required
                && self.node.reads
                && self.node.does.many
                && self.node.does.gives.iter().any(|given| given == name),
        };
        self.params.insert(name.to_owned(), param);
    }

    /// Whether a property of this name is taken, as a parameter or in the result.
    pub(super) fn has(&self, name: &str) -> bool {
        let within = |param: &Param<'_>| {
            param.schema.get("properties").is_some_and(|properties| properties.get(name).is_some())
        };
        self.params.contains_key(name)
            || self.fields.contains_key(name)
            || self.beside.contains_key(name)
            || self.params.values().any(within)
            || self.fields.values().chain(self.beside.values()).any(|block| holds(block, name))
            || self.renamed.iter().any(|(from, _)| from == name)
    }

    /// Whether there is a place for what another functionality gives.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.shape, Shape::Plain | Shape::Paged) && self.batch.is_none()
    }

    /// Whether this functionality is already part of it.
    pub(super) fn serves(&self, node: &Node<'_>) -> bool {
        self.node.at == node.at || self.joined.iter().any(|joined| joined.node.at == node.at)
    }

    /// The functionalities it serves, in ascending order.
    pub(super) fn nodes(&self) -> Vec<u32> {
        let mut nodes: Vec<u32> =
            self.joined.iter().map(|joined| joined.node.at).chain([self.node.at]).collect();
        nodes.sort_unstable();
        nodes
    }

    /// Says something in the description.
    pub(super) fn note(&mut self, text: String) {
        self.notes.push(Note { text, needed: false });
    }

    /// Says something in the description that must not be left out later.
    pub(super) fn need(&mut self, text: String) {
        self.notes.push(Note { text, needed: true });
    }

    /// Gives a parameter another name and form, at its place.
    pub(super) fn rename(&mut self, from: &str, to: &str, param: Param<'t>) {
        let params = std::mem::take(&mut self.params);
        self.params = params
            .into_iter()
            .map(|(name, kept)| if name == from { (to.to_owned(), param.clone()) } else { (name, kept) })
            .collect();
        self.renamed.push((from.to_owned(), to.to_owned()));
        for note in &mut self.notes {
            note.text = note.text.replace(&format!("`{from}`"), &format!("`{to}`"));
        }
    }

    /// Whether requests have a slot for it.
    pub(super) fn in_asks(&self, name: &str) -> bool {
        let slot = format!("{{{name}");
        self.node
            .does
            .ask
            .iter()
            .any(|ask| ask.match_indices(&slot).any(|(at, _)| ask[at + slot.len()..].starts_with(['}', '|'])))
    }

    /// Whether a part of the result is there only where the call asks for it.
    pub(super) fn may_lack(&self, field: &str) -> bool {
        let of = |joined: &Joined<'_>| {
            joined.node.object() == field
                || joined.node.does.gives.iter().any(|name| name == field)
                    && !self.node.does.gives.iter().any(|name| name == field)
        };
        self.joined.iter().any(|joined| joined.how != Join::Always && of(joined))
    }

    /// Adds what the answer says as a whole: beside the list, where there is one.
    pub(super) fn beside_or_field(&mut self, name: &str, schema: Value) {
        let place = if self.list.is_some() { &mut self.beside } else { &mut self.fields };
        place.insert(name.to_owned(), schema);
    }
}
