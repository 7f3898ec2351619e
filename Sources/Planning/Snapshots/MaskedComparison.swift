import ClusterModel
import ResourceKinds

/// A field of which a snapshot and a manifest without secrets do not tell whether it is as it should be.
public struct UncomparedField: Hashable, Sendable {
    public let resource: ResourceID
    public let field: String
}

/// What was masked may be anything: it is neither a difference nor none.
public enum MaskedComparison {
    /// The observation in which every field that differs in nothing but what is masked has the desired value; and the
    /// fields of which that is all that is known.
    public static func settle(
        _ observation: Observation, by desired: [Resource]
    ) -> (observation: Observation, uncompared: [UncomparedField]) {
        var readings: [Kind: [ResourceID: Resource]] = observation.readings.compactMapValues(\.resources)
        var uncompared: [UncomparedField] = []
        for resource in desired {
            guard let kind = ResourceKinds.byName[resource.id.kind],
                let observed = readings[resource.id.kind]?[resource.id]
            else { continue }
            for field in kind.fieldOrder {
                guard let wanted = resource[field], let found = observed[field],
                    differOnlyInMask(kind.redact(field, wanted), kind.redact(field, found), kind, field)
                else { continue }
                readings[resource.id.kind]?[resource.id]?.fields[field] = wanted
                uncompared.append(UncomparedField(resource: resource.id, field: field))
            }
        }
        var settled = observation
        for (kind, resources) in readings { settled.readings[kind] = .known(resources) }
        return (settled, uncompared)
    }

    private static func differOnlyInMask(
        _ wanted: JSONValue, _ found: JSONValue, _ kind: any ResourceKind, _ field: String
    ) -> Bool {
        guard wanted.isMasked || found.isMasked else { return false }
        return kind.comparable(field, wanted).mayEqual(kind.comparable(field, found))
    }
}

extension JSONValue {
    /// Whether both may be the same value, the mask in either standing for any text, and for nothing but a text.
    func mayEqual(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)): Self.mayEqual(a, b)
        case (.array(let a), .array(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.mayEqual($1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { name, value in b[name].map { value.mayEqual($0) } ?? false }
        default: self == other
        }
    }

    /// Line by line, so that one mask can't stand for lines that were added after it.
    private static func mayEqual(_ a: String, _ b: String) -> Bool {
        if a.sameBytes(as: b) || a == Redaction.mask || b == Redaction.mask { return true }
        let (left, right) = (lines(a), lines(b))
        return left.count == right.count
            && zip(left, right).allSatisfy { $0.elementsEqual($1) || matches($0, $1) || matches($1, $0) }
    }

    private static func lines(_ text: String) -> [ArraySlice<UInt8>] {
        Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// Whether the text is the pattern with any bytes in place of each mask.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        let parts = pattern.split(on: Array(Redaction.mask.utf8))
        guard parts.count > 1, let first = parts.first, let last = parts.last, text.starts(with: first) else {
            return false
        }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func split(on separator: [UInt8]) -> [ArraySlice<UInt8>] {
        var (parts, rest): ([ArraySlice<UInt8>], ArraySlice<UInt8>) = ([], self)
        while let found = rest.firstRange(of: separator) {
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return parts + [rest]
    }
}
