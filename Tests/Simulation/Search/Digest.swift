/// What is kept of a world that was visited: 128 bits of SipHash, as millions of whole worlds do not fit into memory.
///
/// Two of 20 million worlds share one with a chance of one in 10^24. The hash is seeded anew in each process, so that even
/// that would not happen twice.
struct Digest: Hashable {
    private let first: Int
    private let second: Int

    init(of world: World) {
        func hash(_ salt: UInt8) -> Int {
            var hasher = Hasher()
            hasher.combine(salt)
            hasher.combine(world)
            return hasher.finalize()
        }
        (first, second) = (hash(0), hash(1))
    }
}

extension Dictionary {
    /// Whether the key was not there before.
    mutating func insertIfNew(_ key: Key, _ value: Value) -> Bool {
        let size = count
        _ = { (_: inout Value) in }(&self[key, default: value])
        return count > size
    }
}
