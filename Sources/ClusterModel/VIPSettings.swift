/// `spec.vip`: the address that moves between the proxy hosts.
public struct VIPSettings: Hashable, Sendable {
    public var address: NetworkAddress
    /// The network interface that carries it.
    public var interface: String
    /// VRRP's number, one for each VIP of a network.
    public var virtualRouterID: Int
    /// Whether the first proxy host takes the VIP back when it returns.
    public var isPreempting: Bool
    /// How long it waits with that.
    public var preemptDelay: Duration
    /// How often the holder says that it is there.
    public var advertisementInterval: Duration
    /// False for multicast.
    public var isUnicast: Bool
    /// How much the priority of each proxy host is below that of the one before it.
    public var priorityGap: Int
    /// How much a host's priority falls while its HAProxy does not work; 0 takes it out of the election.
    public var checkWeight: Int

    public init(
        address: NetworkAddress, interface: String, virtualRouterID: Int, isPreempting: Bool = true,
        preemptDelay: Duration = .zero, advertisementInterval: Duration = .milliseconds(200), isUnicast: Bool = true,
        priorityGap: Int = 20, checkWeight: Int = 0
    ) {
        self.address = address
        self.interface = interface
        self.virtualRouterID = virtualRouterID
        self.isPreempting = isPreempting
        self.preemptDelay = preemptDelay
        self.advertisementInterval = advertisementInterval
        self.isUnicast = isUnicast
        self.priorityGap = priorityGap
        self.checkWeight = checkWeight
    }

    /// The priority of the first proxy host. VRRP has 1 to 254 for hosts that do not own the address (RFC 5798,
    /// section 5.2.4); near the top, because the wait of a backup grows as its priority falls (section 6.1).
    public static let highestPriority = 250

    /// The priority of the proxy host at this place in manifest order, counted from 0.
    public func priority(at index: Int) -> Int { Self.highestPriority - index * priorityGap }
}
