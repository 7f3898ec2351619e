import ClusterModel

/// The drift report as a file.
enum ReportShape {
    static let reports = [
        Property(
            "every", .choice(ReportSettings.Period.allCases.map(\.rawValue)), required: true,
            "How often it is written, after the day or the week has ended in UTC."),
        Property(
            "directory", .string(maximumBytes: 1024, allowsEmpty: false),
            default: .string(ReportSettings.standardDirectory), "The folder on each host, as an absolute path."),
        Property(
            "format", .choice(ReportSettings.Format.allCases.map(\.rawValue)), default: "html",
            "What it is written as."),
        Property("keep", .integer(1...1000), default: 14, "How many are kept, the newest."),
    ]
}
