import Glibc

/// What this process does about signals.
public enum Signals {
    /// Makes writing to a pipe that nobody reads an error instead of the end of this process. To be called first
    /// thing; children get the ordinary behaviour back.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
