import Testing

/// The root of all suites that talk to real brokers: one after another, as they share them.
@Suite(.serialized) struct RealBrokers {}
