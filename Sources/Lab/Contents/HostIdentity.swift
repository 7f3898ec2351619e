/// The files that tell a host who it and the others are.
enum HostIdentity {
    static func hostsFile(_ plan: LabPlan) -> String {
        let lines = plan.hosts.map { "\($0.address) \($0.name)\n" }.joined()
        return "127.0.0.1 localhost\n::1 localhost\n" + lines
    }

    /// 32 hexadecimal digits, new for each new disk.
    static func machineID(using generator: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] }) + "\n"
    }
}
