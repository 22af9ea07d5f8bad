//! Ports that do not behave: closed, silent, or with an answer that is written byte by byte.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread::JoinHandle,
    time::Duration,
};

use tokio::{net::TcpSocket, runtime::Runtime};

/// What keeps a port as it is.
pub struct Port<T> {
    address: SocketAddr,
    _held: T,
}

impl<T> Port<T> {
    /// A token endpoint on it.
    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }
}

/// A port that nobody listens on, and that nobody else gets meanwhile.
pub fn closed_port() -> Port<TcpSocket> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    Port { address: socket.local_addr().unwrap(), _held: socket }
}

type Silent = (Vec<TcpStream>, tokio::net::TcpListener, Runtime);

/// A port where connections never come about, nor are refused: its queue is full. Only Linux behaves so.
pub fn silent_port() -> Option<Port<Silent>> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let listener = {
        let _inside = runtime.enter();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        socket.listen(1).unwrap()
    };
    let address = listener.local_addr().unwrap();
    let next = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    let queued = std::iter::from_fn(next).take(100).collect();
    Some(Port { address, _held: (queued, listener, runtime) })
}

/// A server that reads requests and answers each as the next line of its script says.
pub struct Scripted {
    address: SocketAddr,
    seen: mpsc::Receiver<usize>,
    _thread: JoinHandle<()>,
}

/// One answer.
pub enum Line {
    /// These bytes; the connection stays.
    Say(String),
    /// These bytes, then the connection closes.
    SayAndClose(String),
    /// These bytes, then this byte over and over, with a pause before each.
    Trickle(String, u8, Duration),
    /// These bytes, then a kilobyte of this byte over and over, as fast as it goes.
    Flood(String, u8),
}

impl Scripted {
    /// Starts it. Each request is reported with the number of its connection, from 1.
    pub fn start(script: Vec<Line>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (report, seen) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut script = script.into_iter();
            // The script is over: whoever comes now is not answered, but counted.
            for (number, stream) in (1..).zip(listener.incoming()) {
                serve(stream.unwrap(), number, &report, &mut script);
            }
        });
        Self { address, seen, _thread: thread }
    }

    /// Its token endpoint.
    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// The connection of each request so far.
    pub fn requests(&self) -> Vec<usize> {
        self.seen.try_iter().collect()
    }
}

fn serve(mut stream: TcpStream, number: usize, report: &mpsc::Sender<usize>, script: &mut impl Iterator<Item = Line>) {
    while read_request(&mut stream).is_some() {
        if report.send(number).is_err() {
            return;
        }
        let done = match script.next() {
            Some(Line::Say(text)) => stream.write_all(text.as_bytes()),
            Some(Line::SayAndClose(text)) => return drop(stream.write_all(text.as_bytes())),
            Some(Line::Trickle(text, byte, pause)) => {
                let rest = || std::thread::sleep(pause);
                stream.write_all(text.as_bytes()).and_then(|()| pour(&mut stream, &[byte], rest))
            }
            Some(Line::Flood(text, byte)) => {
                stream.write_all(text.as_bytes()).and_then(|()| pour(&mut stream, &[byte; 1024], || {}))
            }
            None => return,
        };
        if done.is_err() {
            return;
        }
    }
}

/// Until the client goes away.
fn pour(stream: &mut TcpStream, bytes: &[u8], rest: impl Fn()) -> std::io::Result<()> {
    loop {
        rest();
        stream.write_all(bytes)?;
    }
}

/// Reads a request to the end of its body.
fn read_request(stream: &mut TcpStream) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8(head).ok()?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(Some(0), |length| length.trim().parse().ok())?];
    stream.read_exact(&mut body).ok()
}
