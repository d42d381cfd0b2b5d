//! Runs a program as a user or a service manager would.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::wait::{LONGEST, until};

/// A program and its environment, which contains none of the caller's Seatwise settings.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    /// Arguments before those of each call.
    first: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: Option<PathBuf>,
}

/// The result of a program.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Exit code; `None` if a signal ended the program.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A running program. Killed when dropped.
pub struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    /// The standard output that was read so far.
    read: String,
    err: JoinHandle<()>,
    /// The standard error that was read so far.
    err_read: Arc<Mutex<String>>,
}

impl Program {
    #[must_use]
    pub fn at(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_owned();
        Self {
            path,
            first: Vec::new(),
            environment: Vec::new(),
            directory: None,
        }
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Runs it through a shell script that ends with `exec "$0" "$@"`.
    #[must_use]
    pub fn through(mut self, script: &str) -> Self {
        let program = std::mem::replace(&mut self.path, PathBuf::from("/bin/sh"));
        self.first = vec!["-c".into(), script.into(), program.into()];
        self
    }

    #[must_use]
    pub fn within(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SEATWISE_") {
                command.env_remove(name);
            }
        }
        command
            .args(&self.first)
            .args(arguments)
            .envs(self.environment.iter().cloned());
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }

    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "").await
    }

    /// Runs it to its end with this standard input.
    ///
    /// # Panics
    /// When it cannot be started or does not end in time.
    pub async fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| self.cannot_start(&error));
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A failure is ignored, because a program may close its input without reading it.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let ended = timeout(LONGEST * 2, child.wait_with_output()).await;
        let output = ended
            .unwrap_or_else(|_| panic!("{} {arguments:?} does not end", self.path.display()))
            .expect("its output can be read");
        Ended {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn cannot_start(&self, error: &std::io::Error) -> ! {
        panic!("{} cannot be started: {error}", self.path.display())
    }

    /// Starts it in the background.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut child = self
            .command(arguments)
            .spawn()
            .unwrap_or_else(|error| self.cannot_start(&error));
        let out = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut stderr = BufReader::new(child.stderr.take().expect("standard error is piped"));
        let err_read = Arc::new(Mutex::new(String::new()));
        let err = tokio::spawn({
            let err_read = Arc::clone(&err_read);
            async move {
                let mut line = Vec::new();
                // A failure is ignored, because the output is complete when the program ends.
                while stderr
                    .read_until(b'\n', &mut line)
                    .await
                    .is_ok_and(|read| read > 0)
                {
                    locked(&err_read).push_str(&String::from_utf8_lossy(&line));
                    line.clear();
                }
            }
        });
        Running {
            child,
            out,
            read: String::new(),
            err,
            err_read,
        }
    }
}

fn locked(text: &Mutex<String>) -> MutexGuard<'_, String> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Running {
    /// The first thing that `read` finds in a line of its standard error.
    ///
    /// # Panics
    /// When a minute passes without such a line.
    pub async fn in_errors<T>(&self, what: &str, read: impl Fn(&str) -> Option<T>) -> T {
        until(what, async || {
            locked(&self.err_read).lines().find_map(&read)
        })
        .await
    }

    /// The whole standard error, when the program has ended.
    async fn errors(err: JoinHandle<()>, err_read: &Mutex<String>) -> String {
        // A failure is ignored, because the lines before it count.
        let _ = err.await;
        locked(err_read).clone()
    }

    /// The next line of its standard output that contains `text`.
    ///
    /// # Panics
    /// When it ends, or a minute passes, without such a line.
    pub async fn line_with(&mut self, text: &str) -> String {
        let wait = async {
            loop {
                let mut line = String::new();
                let read = self
                    .out
                    .read_line(&mut line)
                    .await
                    .expect("its output can be read");
                self.read.push_str(&line);
                if line.contains(text) {
                    return Some(line.trim_end().to_owned());
                }
                if read == 0 {
                    return None;
                }
            }
        };
        let Ok(found) = timeout(LONGEST, wait).await else {
            panic!("the program does not say {text:?} but:\n{}", self.read)
        };
        if let Some(line) = found {
            return line;
        }
        // A failure is ignored, because the lines before it count.
        let _ = (&mut self.err).await;
        panic!(
            "the program ended without saying {text:?}:\n{}{}",
            self.read,
            locked(&self.err_read)
        )
    }

    /// Its process id.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id().expect("the program is running")
    }

    /// Sends it a signal to end, as a service manager does, and waits for the end.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn stop(mut self) -> Ended {
        let id = self.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(
            asked.is_ok_and(|status| status.success()),
            "the program cannot be asked to end"
        );
        let read = timeout(LONGEST, self.out.read_to_string(&mut self.read)).await;
        read.expect("the program ends when asked to")
            .expect("its output can be read");
        let status = self.child.wait().await.expect("its end can be waited for");
        let err = Self::errors(self.err, &self.err_read).await;
        Ended {
            code: status.code(),
            out: self.read,
            err,
        }
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn finish(mut self) -> Ended {
        let read = timeout(LONGEST, self.out.read_to_string(&mut self.read)).await;
        read.expect("the program ends by itself")
            .expect("its output can be read");
        let status = self.child.wait().await.expect("its end can be waited for");
        let err = Self::errors(self.err, &self.err_read).await;
        Ended {
            code: status.code(),
            out: self.read,
            err,
        }
    }

    /// Kills it and waits for its end.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn kill(mut self) -> Ended {
        self.child.kill().await.expect("the program is running");
        // A failure is ignored, because the output of a killed program may be cut off.
        let _ = self.out.read_to_string(&mut self.read).await;
        let err = Self::errors(self.err, &self.err_read).await;
        Ended {
            code: None,
            out: self.read,
            err,
        }
    }
}

impl Ended {
    /// The output of a successful program.
    ///
    /// # Panics
    /// When it failed.
    #[must_use]
    pub fn good(self) -> String {
        assert_eq!(
            self.code,
            Some(0),
            "the program failed:\n{}{}",
            self.out,
            self.err
        );
        self.out
    }

    /// The output as JSON.
    ///
    /// # Panics
    /// When the program failed or its output is not JSON.
    #[must_use]
    pub fn json(self) -> serde_json::Value {
        let out = self.good();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }
}
