import Glibc
import HostAccess
import TestSupport

/// Git's own daemon behind a relay that cuts each connection after a number of bytes, until it is told not to.
final class CuttingServer: Sendable {
    let url: String
    private let scratch: ScratchDirectory
    private let processes: [SeenProcess]

    init(_ repository: String, after bytes: Int) async throws {
        let scratch = try ScratchDirectory("cut")
        self.scratch = scratch
        let (port, inner) = (LocalPort.anyFree() ?? 0, LocalPort.anyFree() ?? 0)
        url = "git://127.0.0.1:\(port)/" + (repository.split(separator: "/").last ?? "")
        try scratch.write("\(bytes)", to: "limit")
        let relay = try scratch.write(Self.relay, to: "relay.py")
        let environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path]
        processes = [
            try DetachedProcess.start(
                Invocation(
                    executable: "/usr/lib/git-core/git-daemon",
                    arguments: [
                        "--export-all", "--reuseaddr", "--base-path=" + repository.directoryOfPath,
                        "--listen=127.0.0.1", "--port=\(inner)",
                    ], environment: environment, deadline: .seconds(600)), output: scratch.path("daemon.log")),
            try DetachedProcess.start(
                Invocation(
                    executable: "/usr/bin/python3",
                    arguments: [relay, "\(port)", "\(inner)", scratch.path("limit")], environment: environment,
                    deadline: .seconds(600)), output: scratch.path("relay.log")),
        ]
        for place in [port, inner] {
            guard await eventually({ !LocalPort.isFree(place) }) else { throw TestFailure("no server on \(place)") }
        }
    }

    func stopsCutting() { _ = try? scratch.write("-1", to: "limit") }

    func stop() { for process in processes { process.signal(SIGKILL) } }

    private static let relay = """
        import socket, sys, threading
        own, inner, limit = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", own))
        server.listen(8)
        def copy(source, target, left):
            try:
                while left != 0 and (data := source.recv(min(65536, left) if left > 0 else 65536)):
                    target.sendall(data)
                    left -= len(data) if left > 0 else 0
            except OSError:
                pass
            for end in source, target:
                try: end.shutdown(socket.SHUT_RDWR)
                except OSError: pass
        while True:
            client, _ = server.accept()
            target = socket.create_connection(("127.0.0.1", inner))
            bytes = int(open(limit).read())
            threading.Thread(target=copy, args=(client, target, -1), daemon=True).start()
            threading.Thread(target=copy, args=(target, client, bytes), daemon=True).start()
        """
}
