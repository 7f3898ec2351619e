import ClusterModel

extension ManifestChecks {
    mutating func checkBroker(_ broker: Located?) -> BrokerSettings {
        guard let broker else { return BrokerSettings() }
        checkPlugins(broker["plugins"])
        return BrokerSettings(
            erlangCookie: checkCookie(broker["erlangCookie"]), config: checkConfig(broker["config"]),
            environment: checkEnvironment(broker["environment"]), advancedConfig: broker["advancedConfig"]?.json)
    }

    private mutating func checkPlugins(_ plugins: Located?) {
        var seen: [String: SourcePosition] = [:]
        for plugin in plugins?.elements ?? [] { checkUnique(plugin, "the plugin", &seen) }
    }

    private mutating func checkCookie(_ cookie: Located?) -> SecretReference? {
        guard let cookie else { return nil }
        guard let reference = SecretReference(cookie.json) else {
            report.error(cookie.position, "erlangCookie must not stand in the manifest; write \(SecretReader.forms)")
            return nil
        }
        return reference
    }

    private mutating func checkConfig(_ config: Located?) -> [BrokerSettings.ConfigEntry] {
        (config?.members ?? []).map { member in
            if !Grammar.isConfigKey(member.name) {
                report.error(
                    member.namePosition,
                    "\(member.name.quoted) is no key of rabbitmq.conf; write letters, digits, - and _ between dots")
            }
            let value = member.value.string ?? ""
            if let problem = Self.configProblem(value) {
                report.error(member.value.position, "\(member.name.printable) \(problem)")
            }
            return BrokerSettings.ConfigEntry(member.name, value)
        }
    }

    /// What rabbitmq.conf can't hold, as its parser reads it: a line, without blanks around it, up to the first `#`.
    private static func configProblem(_ value: String) -> String? {
        if value.isEmpty { return "is empty, which rabbitmq.conf can't hold; leave the key out" }
        if value.printable != value {
            return "holds a line break or a control character, which rabbitmq.conf can't hold"
        }
        if value.contains("#") {
            return "holds a #, which begins a comment in rabbitmq.conf; write the value without it"
        }
        if value.first?.isWhitespace == true || value.last?.isWhitespace == true {
            return "begins or ends with a blank, which rabbitmq.conf does not keep; write it without"
        }
        return nil
    }

    /// Names come out without the prefix that the broker adds by itself.
    private mutating func checkEnvironment(_ environment: Located?) -> [BrokerSettings.ConfigEntry] {
        let prefix = "RABBITMQ_"
        var seen: [String: SourcePosition] = [:]
        return (environment?.members ?? []).map { member in
            let name = member.name.hasPrefix(prefix) ? String(member.name.dropFirst(prefix.count)) : member.name
            if !Grammar.isEnvironmentName(name) {
                report.error(
                    member.namePosition,
                    "\(member.name.quoted) is no name of rabbitmq-env.conf; write capital letters, digits and _")
            }
            if let first = seen.updateValue(member.namePosition, forKey: name) {
                report.error(
                    member.namePosition, "\(member.name.printable) is written twice; it was written first at \(first)")
            }
            let value = member.value.string ?? ""
            if value.printable != value {
                report.error(
                    member.value.position,
                    "\(member.name.printable) holds a line break or a control character, which rabbitmq-env.conf can't hold"
                )
            }
            return BrokerSettings.ConfigEntry(name, value)
        }
    }
}
