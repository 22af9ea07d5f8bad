//! The processes of the workers: started, paused, killed with `SIGKILL`, and started again.

use std::{
    env,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::Sender,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::worker::Said;

pub struct Processes {
    /// The arguments of each.
    arguments: Vec<String>,
    heard: Sender<Said>,
    running: Vec<Process>,
    pub kills: u64,
    pub pauses: u64,
}

/// It is waited for where it is replaced, and not before: until then its number is nobody else's.
struct Process {
    child: Child,
    still: Option<Instant>,
}

impl Processes {
    pub fn new(heard: Sender<Said>) -> Self {
        Self { arguments: Vec::new(), heard, running: Vec::new(), kills: 0, pauses: 0 }
    }

    pub fn start(&mut self, number: usize, arguments: Vec<String>) -> io::Result<()> {
        self.arguments = arguments;
        for _ in 0..number {
            let process = self.one_more()?;
            self.running.push(process);
        }
        Ok(())
    }

    fn one_more(&self) -> io::Result<Process> {
        let mut command = Command::new(env::current_exe()?);
        let mut child = command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let heard = self.heard.clone();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            lines.filter_map(|line| Said::read(&line)).all(|said| heard.send(said).is_ok())
        });
        Ok(Process { child, still: None })
    }

    fn find(&mut self, number: u32) -> Option<&mut Process> {
        self.running.iter_mut().find(|process| process.child.id() == number)
    }

    pub fn kill(&mut self, number: u32) {
        let Some(process) = self.find(number) else { return };
        // One that is dead already was counted.
        if process.child.kill().is_ok() {
            self.kills += 1;
        }
    }

    pub fn pause(&mut self, number: u32, pause: Duration) {
        let Some(process) = self.find(number) else { return };
        if process.still.is_none() {
            process.still = Some(Instant::now() + pause);
            process.signal(Signal::STOP);
            self.pauses += 1;
        }
    }

    /// The number of any of them.
    pub fn any(&self) -> u32 {
        self.running[fastrand::usize(..self.running.len())].child.id()
    }

    /// Who is dead is replaced, and whose pause is over goes on.
    pub fn care(&mut self) -> io::Result<()> {
        for place in 0..self.running.len() {
            let process = &mut self.running[place];
            if process.still.is_some_and(|until| until <= Instant::now()) {
                process.still = None;
                process.signal(Signal::CONT);
            }
            if process.child.try_wait()?.is_some() {
                self.running[place] = self.one_more()?;
            }
        }
        Ok(())
    }

    /// All end.
    pub fn end(&mut self) {
        self.running.clear();
    }
}

impl Process {
    fn signal(&self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
