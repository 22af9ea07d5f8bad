//! A few values by their names.

/// Values by their names, in the order of these. For a few that are looked up seldom: a list, which is a good deal less
/// code than a tree.
#[derive(Clone, Debug)]
pub(crate) struct ByName<T>(Vec<(Box<str>, T)>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByName<T> {
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(self.place(name).ok()?).map(|(_, value)| value)
    }

    /// Takes one in, in place of an older one.
    pub(crate) fn insert(&mut self, name: &str, value: T) {
        let place = self.place(name);
        match place.map(|at| self.0.get_mut(at)) {
            Ok(Some((_, older))) => *older = value,
            Ok(None) => {}
            Err(at) => self.0.insert(at, (name.into(), value)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where it stands, or would stand.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(each, _)| (**each).cmp(name))
    }
}

impl<T> IntoIterator for ByName<T> {
    type Item = (Box<str>, T);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
