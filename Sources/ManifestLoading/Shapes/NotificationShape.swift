import ClusterModel

/// Who is told of what happens.
enum NotificationShape {
    static let notification = [
        Property("name", .name, required: true, "What it is called in the status."),
        Property("url", .secret, "The address that is sent JSON; a secret, as such addresses often hold a token."),
        Property("secret", .secret, "What a webhook is signed with, as HMAC-SHA256 in X-Hub-Signature-256."),
        Property(
            "command", .list(.string(maximumBytes: 4096, allowsEmpty: true)), default: [],
            "A program and its arguments, in place of url; it reads JSON from its standard input."),
        Property(
            "events", .list(.choice(Notification.Event.allCases.map(\.rawValue))), default: [],
            "What it is told of; everything where it is left out."),
    ]
}
