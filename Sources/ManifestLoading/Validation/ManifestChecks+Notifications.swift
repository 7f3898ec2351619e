import ClusterModel

extension ManifestChecks {
    /// Each has a name of its own, and one way in which it is told.
    mutating func checkNotifications(_ notifications: Located?) -> [NotificationTarget] {
        var names: [String: SourcePosition] = [:]
        return (notifications?.elements ?? []).compactMap { entry in
            guard let name = entry["name"], let text = name.string else { return nil }
            if let first = names.updateValue(name.position, forKey: text) {
                report.error(
                    name.position, "the notification \(text.quoted) stands at \(first) already; write another name")
            }
            guard let means = checkMeans(entry) else { return nil }
            let events = (entry["events"]?.strings ?? []).compactMap(Notification.Event.init)
            return NotificationTarget(
                name: text, means: means, events: events.isEmpty ? Set(Notification.Event.allCases) : Set(events))
        }
    }

    private mutating func checkMeans(_ entry: Located) -> NotificationTarget.Means? {
        let command = entry["command"]?.strings ?? []
        switch (entry["url"], command.first) {
        case (nil, nil):
            report.error(entry.position, "a notification needs url or command; write one of them")
        case (.some, .some):
            report.error(entry["command"]?.position ?? entry.position, "a notification has url or command, not both")
        case (let url?, nil):
            if let text = url.string, !text.hasPrefix("https://"), !text.hasPrefix("http://") {
                report.error(url.position, "url must begin with https:// or http://")
                return nil
            }
            return .webhook(url: url.json, secret: entry["secret"]?.json)
        case (nil, let program?):
            if let secret = entry["secret"] {
                report.error(secret.position, "secret belongs to url; a command is not signed, so leave it out")
            }
            guard program.hasPrefix("/"), !command.contains(where: { $0.utf8.contains(0) }) else {
                report.error(
                    entry["command"]?.position ?? entry.position,
                    "command must begin with the absolute path of a program; no shell looks it up")
                return nil
            }
            return .command(command)
        }
        return nil
    }
}
