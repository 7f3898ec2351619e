import ClusterModel
import ResourceKinds

extension ManifestChecks {
    /// All desired resources, in manifest order, each held against its kind's rules and against the others.
    mutating func checkResources(in spec: Located) -> [Resource] {
        let groups = ResourceKinds.all.map { (kind: $0, resources: $0.desired(in: spec)) }
        var declared: [ResourceID: Resource] = [:]
        declared.reserveCapacity(groups.reduce(0) { $0 + $1.resources.count })
        var unnamed: Set<Kind> = []
        for resource in groups.lazy.flatMap(\.resources) {
            if resource.id.name.isEmpty || resource.id.vhost == "" { unnamed.insert(resource.id.kind) }
            guard let first = declared[resource.id] else {
                declared[resource.id] = resource
                continue
            }
            guard !isBroken(resource), !isBroken(first), let place = resource.position, let firstPlace = first.position
            else {
                continue
            }
            report.error(place, "\(resource.id) is declared twice; it was declared first at \(firstPlace)")
        }
        for (kind, resources) in groups {
            for resource in resources where !isBroken(resource) {
                for problem in kind.problems(of: resource, on: version) { tell(problem, of: resource) }
                for reference in kind.references(of: resource) where isMissing(reference, declared, unnamed) {
                    tell(reference, of: resource, declared)
                }
            }
        }
        return groups.flatMap(\.resources)
    }

    private func isBroken(_ resource: Resource) -> Bool {
        guard !broken.isEmpty, let position = resource.position else { return false }
        return broken.contains(position)
    }

    private func isMissing(_ reference: Reference, _ declared: [ResourceID: Resource], _ unnamed: Set<Kind>) -> Bool {
        guard declared[reference.target] == nil, isComplete, !unnamed.contains(reference.target.kind) else {
            return false
        }
        return reference.target.kind != "vhost" || reference.target.name != "/"
    }

    private mutating func tell(_ problem: FieldProblem, of resource: Resource) {
        guard let position = resource.declaration?.place(of: problem.path) else { return }
        switch problem.severity {
        case .error: report.error(position, problem.message)
        case .warning: report.warning(position, problem.message)
        }
    }

    private mutating func tell(_ reference: Reference, of resource: Resource, _ declared: [ResourceID: Resource]) {
        guard let position = resource.declaration?.place(of: reference.path) else { return }
        let target = reference.target
        let names = declared.keys.lazy.filter { $0.kind == target.kind && $0.vhost == target.vhost }.map(\.name)
        let hint = report.suggestion(for: target.name, among: Array(names)) ?? ""
        if reference.isRequired {
            let otherwise = hint.isEmpty ? "; declare it, or write another name" : hint
            report.error(position, "\(target) is not declared\(otherwise)")
        } else {
            report.warning(position, "\(target) is not declared here; it must exist when this is made\(hint)")
        }
    }
}

extension Located {
    /// The place of what a path leads to: the value of a member of the entry itself, but the key of a member further
    /// down, as in `definition`, where the key is as likely to be the problem as its value. Where the path leads to
    /// nothing, the place of the last part that is there.
    func place(of path: [String]) -> SourcePosition {
        var (current, place) = (self, position)
        for (depth, part) in path.enumerated() {
            if let index = Int(part), current.elements.indices.contains(index) {
                current = current.elements[index]
                place = current.position
            } else if let member = current.members.last(where: { $0.name == part }) {
                current = member.value
                place = depth == 0 ? current.position : member.namePosition
            } else {
                return place
            }
        }
        return place
    }
}
