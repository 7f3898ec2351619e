import ClusterModel

/// What `warren plan --against` reads. It is JSON and nothing else.
struct SnapshotReport: Report {
    let snapshot: ClusterSnapshot

    func text(_ style: Style) -> String { json.prettyText + "\n" }
    var json: JSONValue { snapshot.json }
}
