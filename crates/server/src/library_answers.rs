//! Security headers for the answers that the HTTP library makes by itself. When it cannot read a
//! request (400, 414, 431), it answers before any of our code runs, with an empty body and without our
//! headers, and closes the connection. [`WithHeaders`] recognises these answers on their way to the
//! client and adds the headers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The first lines of these answers.
const FIRST_LINES: [&[u8]; 3] = [
    b"HTTP/1.1 400 Bad Request\r\n",
    b"HTTP/1.1 414 URI Too Long\r\n",
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
];
/// They have a few short headers and no body.
const LONGEST: usize = 256;

/// Whether bytes were read that are not yet a request that our code has received. Only then can an
/// answer come from the library.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unread(Arc<AtomicBool>);

impl Unread {
    /// Our code has received the request.
    pub(crate) fn received(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A connection whose answers by the library get `headers`.
pub(crate) struct WithHeaders<S> {
    stream: S,
    unread: Unread,
    /// Lines of headers, each with its line break.
    headers: Arc<[u8]>,
    /// The changed answer as far as it is not written, and the bytes of the library that it replaces.
    changed: Option<(Vec<u8>, usize)>,
}

impl<S> WithHeaders<S> {
    pub(crate) fn new(stream: S, unread: Unread, headers: Arc<[u8]>) -> Self {
        Self {
            stream,
            unread,
            headers,
            changed: None,
        }
    }

    /// The answer with headers, if these bytes are an answer of the library.
    fn with_headers(&self, answer: &[u8]) -> Option<Vec<u8>> {
        if answer.len() > LONGEST
            || !self.unread.0.load(Ordering::Relaxed)
            || !answer.ends_with(b"\r\n\r\n")
            || !FIRST_LINES.iter().any(|line| answer.starts_with(line))
        {
            return None;
        }
        let end = answer.len() - 2;
        Some([&answer[..end], &self.headers, &answer[end..]].concat())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WithHeaders<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            this.unread.0.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WithHeaders<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.changed.is_none() {
            this.changed = this.with_headers(bytes).map(|all| (all, bytes.len()));
        }
        let Some((rest, replaced)) = &mut this.changed else {
            return Pin::new(&mut this.stream).poll_write(cx, bytes);
        };
        while !rest.is_empty() {
            let written = ready!(Pin::new(&mut this.stream).poll_write(cx, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            rest.drain(..written);
        }
        let replaced = *replaced;
        this.changed = None;
        Poll::Ready(Ok(replaced))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // An answer of the library is one part, because it has no body.
        let mut filled = parts.iter().filter(|part| !part.is_empty());
        if let (Some(only), None) = (filled.next(), filled.next()) {
            return self.poll_write(cx, only);
        }
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
