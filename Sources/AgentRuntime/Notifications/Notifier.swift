import ClusterModel
import HostAccess
import Planning
import Providers
import Synchronization

/// Tells people's programs what happens. Runs hand over what there is to tell and go on: each receiver has a queue and a
/// task of its own.
public actor Notifier {
    private let secrets: SecretReader
    private let sender: HTTPSender
    private let runner: any ProcessRunning
    private let tries: @Sendable (Int) -> Double?
    /// Called with how deliveries fare, whenever that changed.
    private let changed: @Sendable ([HostSnapshot.Delivery]) -> Void
    private var receivers: [Receiver] = []
    private var deduplicator = Deduplicator()

    init(
        secrets: SecretReader, sender: HTTPSender = HTTPSender(), runner: any ProcessRunning = ProcessRunner(),
        pause: @escaping @Sendable (Int) -> Double? = {
            DeliveryBackoff.pause(afterTries: $0, jitter: Double.random(in: 0...1))
        }, changed: @escaping @Sendable ([HostSnapshot.Delivery]) -> Void
    ) {
        self.secrets = secrets
        self.sender = sender
        self.runner = runner
        tries = pause
        self.changed = changed
    }

    private struct Message: Sendable {
        let id: String
        let body: [UInt8]
    }

    /// One of those who are told.
    private final class Receiver {
        let target: NotificationTarget
        var queue = DeliveryQueue<Message>()
        var delivery: HostSnapshot.Delivery
        var task: Task<Void, Never>?

        init(_ target: NotificationTarget) {
            self.target = target
            delivery = HostSnapshot.Delivery(name: target.name)
        }
    }

    /// Takes over who is told, as the manifest says. What waits for somebody who is unchanged goes on waiting.
    func tell(_ targets: [NotificationTarget]) {
        guard targets != receivers.map(\.target) else { return }
        for receiver in receivers where !targets.contains(receiver.target) { receiver.task?.cancel() }
        receivers = targets.map { target in receivers.first { $0.target == target } ?? Receiver(target) }
        publish()
    }

    /// Hands notifications over; returns at once.
    func send(_ notifications: [Notification], from origin: Notification.Origin, at now: Timestamp) {
        for notification in notifications {
            let wanting = receivers.filter { $0.target.events.contains(notification.event) }
            guard !wanting.isEmpty, let repeats = deduplicator.admit(notification, at: now) else { continue }
            let id = origin.host + "-" + String(UInt64.random(in: .min ... .max), radix: 36)
            let document = notification.document(id: id, origin: origin, at: now, repeats: repeats)
            for receiver in wanting {
                receiver.queue.add(Message(id: id, body: Array(document.description.utf8)))
                receiver.delivery.dropped = receiver.queue.dropped
                if receiver.task == nil { receiver.task = Task { await self.deliver(to: receiver.target.name) } }
            }
        }
        publish()
    }

    func stop() { for receiver in receivers { receiver.task?.cancel() } }

    /// Delivers until nothing waits.
    private func deliver(to name: String) async {
        while !Task.isCancelled, let receiver = receivers.first(where: { $0.target.name == name }),
            let message = receiver.queue.take()
        {
            await deliver(message, to: receiver)
        }
        receivers.first { $0.target.name == name }?.task = nil
        publish()
    }

    private func deliver(_ message: Message, to receiver: Receiver) async {
        var count = 0
        while !Task.isCancelled {
            let problem = await attempt(message, receiver.target)
            count += 1
            receiver.delivery.problem = problem?.description
            guard problem != nil else {
                receiver.delivery.delivered += 1
                return publish()
            }
            guard let pause = tries(count) else {
                receiver.delivery.failed += 1
                return publish()
            }
            publish()
            try? await Task.sleep(for: .seconds(pause))
        }
    }

    private func attempt(_ message: Message, _ target: NotificationTarget) async -> DeliveryProblem? {
        switch target.means {
        case .webhook(let url, let secret):
            do throws(SecretFailure) {
                var fields = ["X-Warren-Delivery": message.id]
                if let secret {
                    fields[HTTPSender.signatureField] = HTTPSender.signature(of: message.body, secret: try text(secret))
                }
                return await sender.post(message.body, to: try text(url), fields: fields)
            } catch {
                return DeliveryProblem("\(error)")
            }
        case .command(let words):
            do throws(ProcessFailure) {
                let result = try await runner.run(
                    Invocation(
                        executable: words[0], arguments: Array(words.dropFirst()),
                        environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"],
                        standardInput: message.body, deadline: .seconds(10), outputLimit: 64 << 10))
                return result.status.isSuccess ? nil : DeliveryProblem("\(words[0]) \(result.status)")
            } catch {
                return DeliveryProblem("\(error)")
            }
        }
    }

    private func text(_ value: JSONValue) throws(SecretFailure) -> String {
        guard let reference = SecretReference(value) else { return value.string ?? "" }
        return try secrets.read(reference).text
    }

    private func publish() {
        changed(
            receivers.map { receiver in
                var delivery = receiver.delivery
                delivery.waiting = receiver.queue.items.count + (receiver.task == nil ? 0 : 1)
                return delivery
            })
    }
}
