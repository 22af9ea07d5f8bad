//! One row in a file of the user's own. The text holds secrets in clear: see `stored::save`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

pub struct File(PathBuf);

impl File {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn read(&self) -> io::Result<String> {
        fs::read_to_string(&self.0)
    }

    /// All of it or nothing, whenever the power goes; and once this returns, all of it. A temporary file is readable by its
    /// owner alone, and stays so.
    pub fn write(&self, row: &str) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(self.folder())?;
        file.write_all(row.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        self.sync_folder()
    }

    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.0)?;
        self.sync_folder()
    }

    fn folder(&self) -> &Path {
        self.0.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
    }

    /// A name is in its folder: what was renamed or removed is so on the disk once that is written.
    fn sync_folder(&self) -> io::Result<()> {
        #[cfg(unix)] // Windows opens no folders
        fs::File::open(self.folder())?.sync_all()?;
        Ok(())
    }
}
