//! Randomness, which comes in from outside so that everything can be replayed.

/// A source of random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills the buffer with unguessable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// A number from 0 up to but not including 1, for jitter.
    fn unit(&self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
}
