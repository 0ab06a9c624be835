//! Short posts, comments on them, and whom a user follows.
//!
//! A post that is given no mentions has, in the official program, a list that all such posts of a process share, so that a later mention in one of them is in all.
//! It is shared here by the services of one [`Setting`].

use std::collections::BTreeSet;

use ruff_python_ast::Operator;

use super::Setting;
use super::backend::{Attributes, Backend, Method, Parameter, Shared, dict, error, text, texts};
use crate::python::ops::{
    self, Object, Outcome, Raised, augmented, contains, dict_mut, dict_of, hashable, is_true, item, iterate,
    list_mut, member, text_of,
};
use crate::python::{Dict, Value, str_of};

use Parameter::{Needed, Optional};

/// A user's account.
#[derive(Clone, Debug)]
pub(super) struct Posts {
    own: Attributes,
    /// Posts whose mentions are the shared list.
    sharing: BTreeSet<i64>,
    shared: Shared,
}

fn defaults(start: &Dict<'static>) -> Attributes {
    let nothing = || Value::Dict(Dict::default());
    Attributes::of(
        start,
        [
            ("username", text("john")),
            ("password", text("john123")),
            ("authenticated", Value::Bool(false)),
            ("tweets", nothing()),
            ("comments", nothing()),
            ("retweets", nothing()),
            ("following_list", texts(["alice", "bob"])),
            ("tweet_counter", Value::Int(0)),
        ],
    )
}

/// Stands for mentions that are not given.
fn absent() -> Object {
    Value::None
}

fn empty() -> Object {
    Value::List(Vec::new())
}

fn not_found(id: &Object) -> Outcome {
    error(format!("Tweet with ID {} not found.", str_of(id)))
}

impl Posts {
    /// Refuses whoever is not logged in.
    fn refused(&self, what: &str) -> Option<Outcome> {
        (!is_true(&self.own["authenticated"]))
            .then(|| error(format!("User not authenticated. Please authenticate before {what}.")))
    }

    fn posts(&self) -> Outcome<&Dict<'static>> {
        dict_of(&self.own["tweets"], "values")
    }

    /// Gives posts with the shared list what stands in it now.
    fn refresh(&mut self) -> Outcome<()> {
        if self.sharing.is_empty() {
            return Ok(());
        }
        let mentions = self.shared.mentions();
        let posts = dict_mut(&mut self.own["tweets"])?;
        for id in &self.sharing {
            if let Some(Value::Dict(post)) = posts.get_value_mut(&Value::Int(*id)) {
                post.insert(Value::text("mentions"), Value::List(mentions.clone()));
            }
        }
        Ok(())
    }

    fn authenticate(&mut self, username: &Object, password: &Object) -> Outcome {
        let right = *username == self.own["username"] && *password == self.own["password"];
        if right {
            self.own["authenticated"] = Value::Bool(true);
        }
        Ok(dict([("authentication_status", Value::Bool(right))]))
    }

    fn post(&mut self, content: &Object, tags: &Object, mentions: Option<&Object>) -> Outcome {
        if let Some(refused) = self.refused("posting") {
            return refused;
        }
        let id = self.own["tweet_counter"].clone();
        let post = dict([
            ("id", id.clone()),
            ("username", self.own["username"].clone()),
            ("content", content.clone()),
            ("tags", tags.clone()),
            ("mentions", mentions.map_or_else(|| Value::List(self.shared.mentions()), Clone::clone)),
        ]);
        hashable(&id)?;
        if let Value::Int(id) = id {
            match mentions {
                None => self.sharing.insert(id),
                Some(_) => self.sharing.remove(&id),
            };
        }
        dict_mut(&mut self.own["tweets"])?.insert(id.clone(), post.clone());
        self.own["tweet_counter"] = augmented(&id, Operator::Add, &Value::Int(1))?;
        Ok(post)
    }

    fn retweet(&mut self, id: &Object) -> Outcome {
        if let Some(refused) = self.refused("retweeting") {
            return refused;
        }
        if !contains(&self.own["tweets"], id)? {
            return not_found(id);
        }
        let name = self.own["username"].clone();
        hashable(&name)?;
        let retweets = dict_mut(&mut self.own["retweets"])?;
        if retweets.get_value(&name).is_none() {
            retweets.insert(name.clone(), empty());
        }
        let own = retweets.get_value_mut(&name).ok_or_else(|| Raised::key(&name))?;
        if contains(own, id)? {
            return Ok(dict([("retweet_status", text("Already retweeted"))]));
        }
        list_mut(own, "append")?.push(id.clone());
        Ok(dict([("retweet_status", text("Successfully retweeted"))]))
    }

    fn comment(&mut self, id: &Object, content: &Object) -> Outcome {
        if let Some(refused) = self.refused("commenting") {
            return refused;
        }
        if !contains(&self.own["tweets"], id)? {
            return not_found(id);
        }
        let comment = dict([("username", self.own["username"].clone()), ("content", content.clone())]);
        let comments = dict_mut(&mut self.own["comments"])?;
        if comments.get_value(id).is_none() {
            comments.insert(id.clone(), empty());
        }
        let own = comments.get_value_mut(id).ok_or_else(|| Raised::key(id))?;
        list_mut(own, "append")?.push(comment);
        Ok(dict([("comment_status", text("Comment added successfully"))]))
    }

    fn mention(&mut self, id: &Object, names: &Object) -> Outcome {
        if !contains(&self.own["tweets"], id)? {
            return not_found(id);
        }
        let own = item(&self.own["tweets"], id)?;
        if !matches!(member(own, "mentions")?, Value::List(_)) {
            return Err(ops::no_attribute(member(own, "mentions")?, "extend"));
        }
        let names = iterate(names)?;
        let place = self.sharing.iter().find(|place| Value::Int(**place) == *id);
        if place.is_some() {
            self.shared.mention(names);
            self.refresh()?;
        } else if let Some(Value::Dict(post)) = dict_mut(&mut self.own["tweets"])?.get_value_mut(id)
            && let Some(mentions) = post.get_value_mut(&Value::text("mentions"))
        {
            list_mut(mentions, "extend")?.extend(names);
        }
        Ok(dict([("mention_status", text("Users mentioned successfully"))]))
    }

    fn follow(&mut self, name: &Object) -> Outcome {
        if let Some(refused) = self.refused("following") {
            return refused;
        }
        let new = !contains(&self.own["following_list"], name)?;
        if new {
            list_mut(&mut self.own["following_list"], "append")?.push(name.clone());
        }
        Ok(dict([("follow_status", Value::Bool(new))]))
    }

    fn following(&self) -> Outcome {
        if let Some(refused) = self.refused("listing following") {
            return refused;
        }
        Ok(dict([("following_list", self.own["following_list"].clone())]))
    }

    fn unfollow(&mut self, name: &Object) -> Outcome {
        if let Some(refused) = self.refused("unfollowing") {
            return refused;
        }
        let known = contains(&self.own["following_list"], name)?;
        if known {
            let list = list_mut(&mut self.own["following_list"], "remove")?;
            if let Some(at) = list.iter().position(|known| known == name) {
                list.remove(at);
            }
        }
        Ok(dict([("unfollow_status", Value::Bool(known))]))
    }

    fn get(&self, id: &Object) -> Outcome {
        if !contains(&self.own["tweets"], id)? {
            return not_found(id);
        }
        item(&self.own["tweets"], id).cloned()
    }

    fn of_user(&self, name: &Object) -> Outcome {
        let mut found = Vec::new();
        for (_, post) in self.posts()?.iter() {
            if member(post, "username")? == name {
                found.push(post.clone());
            }
        }
        Ok(Value::List(found))
    }

    fn search(&self, keyword: &Object) -> Outcome {
        let mut found = Vec::new();
        for (_, post) in self.posts()?.iter() {
            let keyword = text_of(keyword, "lower")?.to_lowercase();
            let mut fits = text_of(member(post, "content")?, "lower")?.to_lowercase().contains(&keyword);
            if !fits {
                for tag in iterate(member(post, "tags")?)? {
                    fits |= text_of(&tag, "lower")?.to_lowercase() == keyword;
                }
            }
            if fits {
                found.push(post.clone());
            }
        }
        Ok(Value::List(found))
    }

    fn comments(&self, id: &Object) -> Outcome {
        if !contains(&self.own["tweets"], id)? {
            return not_found(id);
        }
        let comments = dict_of(&self.own["comments"], "get")?.get_value(id);
        Ok(comments.cloned().unwrap_or_else(empty))
    }

    fn stats(&self, name: &Object) -> Outcome {
        let length = |list: &Object| iterate(list).map(|items| Value::Int(items.len() as i64));
        let posts = length(&self.of_user(name)?)?;
        let own = *name == self.own["username"];
        let following = if own { length(&self.own["following_list"])? } else { Value::Int(0) };
        hashable(name)?;
        let retweets = match dict_of(&self.own["retweets"], "get")?.get_value(name) {
            Some(list) => length(list)?,
            None => Value::Int(0),
        };
        Ok(dict([("tweet_count", posts), ("following_count", following), ("retweet_count", retweets)]))
    }
}

impl Backend for Posts {
    const NAME: &'static str = "TwitterAPI";
    const METHODS: &'static [Method<Self>] = &[
        Method("authenticate_twitter", &[Needed("username"), Needed("password")], |own, a| {
            own.authenticate(&a[0], &a[1])
        }),
        Method("posting_get_login_status", &[], |own, _| {
            Ok(dict([("login_status", Value::Bool(is_true(&own.own["authenticated"])))]))
        }),
        Method(
            "post_tweet",
            &[Needed("content"), Optional("tags", empty), Optional("mentions", absent)],
            |own, a| {
                own.refresh()?;
                own.post(&a[0], &a[1], Some(&a[2]).filter(|mentions| **mentions != Value::None))
            },
        ),
        Method("retweet", &[Needed("tweet_id")], |own, a| own.retweet(&a[0])),
        Method("comment", &[Needed("tweet_id"), Needed("comment_content")], |own, a| {
            own.comment(&a[0], &a[1])
        }),
        Method("mention", &[Needed("tweet_id"), Needed("mentioned_usernames")], |own, a| {
            own.mention(&a[0], &a[1])
        }),
        Method("follow_user", &[Needed("username_to_follow")], |own, a| own.follow(&a[0])),
        Method("list_all_following", &[], |own, _| own.following()),
        Method("unfollow_user", &[Needed("username_to_unfollow")], |own, a| own.unfollow(&a[0])),
        Method("get_tweet", &[Needed("tweet_id")], |own, a| {
            own.refresh()?;
            own.get(&a[0])
        }),
        Method("get_user_tweets", &[Needed("username")], |own, a| {
            own.refresh()?;
            own.of_user(&a[0])
        }),
        Method("search_tweets", &[Needed("keyword")], |own, a| {
            own.refresh()?;
            own.search(&a[0])
        }),
        Method("get_tweet_comments", &[Needed("tweet_id")], |own, a| own.comments(&a[0])),
        Method("get_user_stats", &[Needed("username")], |own, a| own.stats(&a[0])),
    ];

    fn load(start: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut own = defaults(start);
        // Keys are texts in JSON, and numbers here.
        let posts = dict_of(&own["tweets"], "items")?.iter();
        let posts = posts.map(|(id, post)| Ok((ops::int(id)?, post.clone())));
        own["tweets"] = Value::Dict(Dict::of(posts.collect::<Outcome<_>>()?));
        Ok(Self { own, sharing: BTreeSet::new(), shared: setting.shared.clone() })
    }

    fn attributes(&self) -> Vec<(&'static str, Object)> {
        let mut fresh = self.clone();
        // What cannot be refreshed is no dict of posts, and shows itself.
        let _ = fresh.refresh();
        fresh.own.all()
    }

    fn differences(&self, other: &Self) -> Outcome<Vec<&'static str>> {
        if self.sharing.is_empty() && other.sharing.is_empty() {
            return Ok(self.own.differences(&other.own));
        }
        let fresh = |posts: &Self| {
            let mut fresh = posts.clone();
            let _ = fresh.refresh();
            fresh
        };
        Ok(fresh(self).own.differences(&fresh(other).own))
    }

    fn share(&mut self, shared: &Shared) {
        self.shared = shared.clone();
    }

    fn shares(&self) -> bool {
        !self.sharing.is_empty()
    }

    fn saved(&self) -> Vec<(&'static str, Object)> {
        let mut all = Backend::attributes(self);
        let sharing = self.sharing.iter().map(|id| Value::Int(*id)).collect();
        all.extend([("_sharing", Value::List(sharing)), ("_mentions", Value::List(self.shared.mentions()))]);
        all
    }

    fn restore(saved: &Dict<'static>, setting: &Setting) -> Outcome<Self> {
        let mut own = defaults(saved);
        own.restore(saved)?;
        let sharing = iterate(saved.get("_sharing").unwrap_or(&Value::None))?;
        let sharing = sharing.iter().filter_map(|id| match id {
            Value::Int(id) => Some(*id),
            _ => None,
        });
        let (sharing, shared) = (sharing.collect(), setting.shared.clone());
        let mentions = iterate(saved.get("_mentions").unwrap_or(&Value::None))?;
        if shared.mentions().is_empty() {
            shared.mention(mentions);
        }
        Ok(Self { own, sharing, shared })
    }
}

#[cfg(test)]
mod tests {
    use crate::world::{Setting, World};

    #[test]
    fn posts_without_mentions_share_them() {
        let setting = Setting::default();
        let world = || World::new(&["TwitterAPI"], r#"{"TwitterAPI": {"authenticated": true}}"#, &setting);
        let (mut first, mut second) = (world().expect("a world"), world().expect("a world"));
        let post = |id: i32, mentions: &str| {
            format!(
                r#"{{"id": {id}, "username": "john", "content": "x", "tags": [], "mentions": [{mentions}]}}"#
            )
        };
        assert_eq!(first.run("post_tweet('x')"), post(0, ""));
        assert_eq!(first.run("mention(0, ['@a'])"), r#"{"mention_status": "Users mentioned successfully"}"#);
        assert_eq!(first.run("get_tweet(0)"), post(0, r#""@a""#));
        assert_eq!(second.run("post_tweet('x')"), post(0, r#""@a""#));
        assert_eq!(second.run("post_tweet('x', mentions=['@b'])"), post(1, r#""@b""#));
        assert_eq!(second.run("mention(1, ['@c'])"), r#"{"mention_status": "Users mentioned successfully"}"#);
        assert_eq!(second.run("get_tweet(1)"), post(1, r#""@b", "@c""#));
        assert_eq!(first.run("get_tweet(0)"), post(0, r#""@a""#));
    }
}
