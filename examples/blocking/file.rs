//! One row in a file of the user's own. The text holds secrets in clear: see `stored::save`.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

pub struct File(PathBuf);

impl File {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn read(&self) -> io::Result<String> {
        fs::read_to_string(&self.0)
    }

    /// All of it or nothing, whenever the power goes. A temporary file is readable by its owner alone, and stays so.
    pub fn write(&self, row: &str) -> io::Result<()> {
        let folder = self.0.parent().ok_or(io::ErrorKind::NotFound)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(row.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        Ok(())
    }

    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.0)
    }
}
