import ClusterModel
import ResourceKinds

/// What a secret reference may say.
enum SecretReader {
    static let keys = SecretReference.keys
    static let forms = "{ fromFile: PATH }, { fromEnv: NAME } or { fromCredential: NAME }"

    /// The reference with its path resolved, or the sentence that says what is wrong with its value.
    static func reference(
        _ key: String, _ text: String, in file: String, confinedTo folder: String?
    ) -> Result<SecretReference, PlainScalar.Complaint> {
        if text.isEmpty || text.utf8.contains(0) {
            return .failure(.init("\(key) is empty or holds NUL; write \(forms)"))
        }
        switch key {
        case "fromFile":
            let path = PathName.resolve(text, besides: file)
            let climbs = !text.hasPrefix("/") || text.split(separator: "/").contains("..")
            if let folder, climbs, !PathName.isInside(path, folder) {
                return .failure(
                    .init("\(text.quoted) leaves the manifest's folder; write a path inside it, or an absolute one"))
            }
            return .success(.file(path))
        case "fromEnv":
            return isEnvironmentName(text)
                ? .success(.environment(text))
                : .failure(.init("\(text.quoted) is no name of an environment variable; write letters, digits and _"))
        default:
            return text.contains("/") || text == "." || text == ".."
                ? .failure(.init("\(text.quoted) is no name of a credential; write it without a folder"))
                : .success(.credential(text))
        }
    }

    private static func isEnvironmentName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { Disguise.isNameByte($0) && $0 != UInt8(ascii: "-") }
    }

    /// Whether a literal gives something away. A URI does where it holds a password, a hash does not; a cookie can't be
    /// a literal at all.
    static func isTelling(_ text: String, _ name: String) -> Bool {
        if name.hasSuffix("Hash") || name == "erlangCookie" { return false }
        guard let scheme = text.firstRange(of: "://") else { return true }
        let authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }
}

extension ShapeReader {
    mutating func readSecret(_ node: YAMLNode, _ name: String, isSecret: Bool) -> Located? {
        switch node.content {
        case .scalar(let text, _):
            if node.isNull {
                report.error(
                    node.position, "\(name) is empty; write a text or \(SecretReader.forms), or leave the key out")
                return nil
            }
            if isSecret, text.isEmpty {
                report.error(
                    node.position,
                    "\(name) must not be empty; write a text or \(SecretReader.forms), or leave the key out")
                return nil
            }
            if isSecret, SecretReader.isTelling(text, name) {
                report.warning(
                    node.position, "\(name) is a secret and stands in the manifest; write \(SecretReader.forms) instead"
                )
            }
            if text.utf8.contains(0) {
                report.error(node.position, "\(name) holds a NUL character; write it without")
                return nil
            }
            return Located(.scalar(.string(text)), at: node.position)
        case .unreadable: return nil
        case .list:
            report.error(node.position, "\(name) must be a text or \(SecretReader.forms), not a list")
            return nil
        case .object(let entries): return readReference(entries, node.position, name)
        }
    }

    private mutating func readReference(
        _ entries: [YAMLNode.Entry], _ position: SourcePosition, _ name: String
    ) -> Located? {
        for entry in entries where !SecretReader.keys.contains(entry.name) {
            let hint = report.suggestion(for: entry.name, among: SecretReader.keys) ?? "; write \(SecretReader.forms)"
            report.error(entry.namePosition, "unknown key \(entry.name.printable) in \(name)\(hint)")
            return nil
        }
        guard entries.count == 1, let entry = entries.first else {
            report.error(position, "\(name) needs exactly one source: \(SecretReader.forms)")
            return nil
        }
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNull else {
            report.error(entry.value.position, "\(entry.name) must be a text, not \(entry.value.typeName)")
            return nil
        }
        switch SecretReader.reference(entry.name, text, in: position.file, confinedTo: options.confinedTo) {
        case .success(let reference):
            let value = Located(reference.json[entry.name] ?? .null, at: entry.value.position)
            return Located(
                .object([Located.Member(name: entry.name, namePosition: entry.namePosition, value: value)]),
                at: position)
        case .failure(let complaint):
            report.error(entry.value.position, complaint.message)
            return nil
        }
    }
}
