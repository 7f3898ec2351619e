import ClusterModel
import Glibc
import HostAccess
import ResourceKinds

/// Reads the files of this host.
public struct HostFiles: Sendable {
    /// Longer files are none of Warren's.
    private static let limit = 4 << 20

    private let layout: HostLayout

    public init(_ layout: HostLayout) { self.layout = layout }

    /// Each of the files as it is; one that is not there is absent, and one that can't be read makes all of them unknown.
    public func reading(of desired: [Resource]) -> Reading {
        var found: [ResourceID: Resource] = [:]
        for resource in desired {
            do throws(FileFailure) {
                if let observed = try observe(resource) { found[resource.id] = observed }
            } catch {
                return .unknown("\(error)")
            }
        }
        return .known(found)
    }

    private func observe(_ desired: Resource) throws(FileFailure) -> Resource? {
        let path = desired.id.name
        do throws(FileFailure) {
            let status = try FileStatus(path)
            let contents = String(decoding: try FileContent.read(path, limit: Self.limit), as: UTF8.self)
            var fields: [String: JSONValue] = [
                desired["secret"] == nil ? "contents" : "secret": .string(contents),
                "mode": .string(FileKind.octal(status.mode)), "owner": .string(status.owner.names),
            ]
            if let reader = desired["reader"]?.string.flatMap(FileChange.Reader.init), reader != .rabbitmq {
                fields["reload"] = FileKind.reload(isDue: (try? FileStatus(layout.untold(reader))) != nil)
            }
            return Resource(desired.id, fields)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// What the data directory of a node is.
    public static func data(of node: String, in layout: HostLayout) -> NodeData {
        let path = layout.brokerData + "/" + node
        do throws(FileFailure) {
            if try Directory.names(path).isEmpty { return isOnItsDisk(layout) ? .blank : .unreadable }
            return (try? FileStatus(layout.freshMark)) == nil ? .present : .fresh
        } catch {
            guard error.isMissing else { return .unreadable }
            // The folder above is the package's own: without it the disk is not there.
            guard (try? FileStatus(layout.brokerData.directoryOfPath)) != nil else { return .unreadable }
            return isOnItsDisk(layout) ? .blank : .unreadable
        }
    }

    /// Moves a node's data directory aside, with what the node keeps beside it. Nothing is removed (safety rule 4).
    ///
    /// - Returns: where it is now.
    public static func quarantine(_ node: String, in layout: HostLayout, at now: Timestamp) throws(FileFailure)
        -> String
    {
        let folder = layout.brokerData.directoryOfPath + "/quarantine-\(node)-\(now.milliseconds)"
        try Directory.make(folder, mode: 0o700)
        for name in [node, node + "-feature_flags"] {
            let path = layout.brokerData + "/" + name
            guard (try? FileStatus(path)) != nil else { continue }
            guard rename(path, folder + "/" + name) == 0 else { throw FileFailure(path, "be moved aside", errno) }
        }
        return folder
    }

    /// Remembers on which disk the data of a member is: where that one is not mounted, an empty folder is no blank disk.
    public static func rememberDisk(_ layout: HostLayout) {
        guard let disk = disk(layout), (try? FileContent.read(layout.diskMark)) != disk else { return }
        try? AtomicFile.write(disk, to: layout.diskMark, mode: 0o600)
    }

    private static func isOnItsDisk(_ layout: HostLayout) -> Bool {
        guard let mark = try? FileContent.read(layout.diskMark), let disk = disk(layout) else { return true }
        return mark == disk
    }

    /// By its device: the mount point is no sign inside a service's own mounts.
    private static func disk(_ layout: HostLayout) -> [UInt8]? {
        (try? MountTable.current())?.entry(holding: layout.brokerData).map { Array("\($0.type) \($0.source)".utf8) }
    }
}
