import ClusterModel

/// HAProxy and keepalived.
enum ProxyShape {
    private static let port = Shape.integer(1...65_535)

    static let proxy = [
        Property("listeners", .list(.object(listener)), required: true, "What clients connect to."),
        Property("stats", .object(stats), "HAProxy's own page of statistics."),
        Property("timeouts", .object(timeouts), default: [:], "How long a connection may be silent."),
        Property("maxConnections", .integer(1...10_000_000), default: 4096, "The most connections at once."),
    ]

    static let listener = [
        Property(
            "name", .string(maximumBytes: 63, allowsEmpty: false), required: true,
            "The listener's name: letters, digits, -, _ and points."),
        Property("port", port, required: true, "The port on the proxy host."),
        Property("backendPort", port, required: true, "The port on the broker hosts."),
        Property(
            "pattern", .choice(ProxySettings.Listener.Pattern.allCases.map(\.rawValue)), default: "balanced",
            "activeStandby: the first broker in manifest order serves, the others wait."),
        Property(
            "balance", .choice(ProxySettings.Listener.Balance.allCases.map(\.rawValue)), default: "leastconn",
            "HAProxy's way to choose a broker."),
        Property(
            "check", .choice(ProxySettings.Listener.Check.allCases.map(\.rawValue)), default: "tcp",
            "How a broker's health is told."),
        Property(
            "standby", .list(.object(standby)), default: [],
            "Brokers of another cluster that serve while none of this one can, the first of them that is up."),
    ]

    static let standby = [
        Property(
            "name", .string(maximumBytes: 63, allowsEmpty: false), required: true,
            "The server's name: letters, digits, -, _ and points."),
        Property(
            "address", .string(maximumBytes: 45, allowsEmpty: false), required: true, "Its IPv4 or IPv6 address."),
        Property("port", port, required: true, "Its port."),
    ]

    static let stats = [
        Property("port", port, required: true, "The port of the page."),
        Property(
            "path", .string(maximumBytes: 255, allowsEmpty: false), default: "/rabbitmq-stats",
            "The path of the page; it starts with /."),
        Property("user", .string(maximumBytes: 64, allowsEmpty: false), "Who may see the page."),
        Property("password", .secret, "That user's password."),
    ]

    static let timeouts = [
        Property("connect", .duration, default: "5s", "For a connection to a broker to be made."),
        Property("client", .duration, default: "3h", "For a client to say something."),
        Property("server", .duration, default: "3h", "For a broker to say something."),
        Property(
            "afterReload", .duration, default: "1h", "For connections of before a reload to end in the old process."),
    ]

    static let vip = [
        Property(
            "address", .string(maximumBytes: 49, allowsEmpty: false), required: true,
            "The address with the length of its prefix, such as 10.77.0.100/24."),
        Property(
            "interface", .string(maximumBytes: 15, allowsEmpty: false), required: true,
            "The network interface that carries it."),
        Property("virtualRouterId", .integer(1...255), required: true, "VRRP's number, one for each VIP of a network."),
        Property(
            "preempt", .boolean, default: true, "Whether the first proxy host takes the VIP back when it returns."),
        Property("preemptDelay", .duration, default: "0s", "How long it waits with that."),
        Property("advertisementInterval", .duration, default: "200ms", "How often the holder says that it is there."),
        Property("unicast", .boolean, default: true, "false: multicast."),
        Property(
            "priorityGap", .integer(1...124), default: 20,
            "How much the priority of each proxy host is below that of the one before it."),
        Property(
            "checkWeight", .integer(0...253), default: 0,
            "How much a host's priority falls while its HAProxy does not work; 0: it gives up the VIP."),
    ]
}
