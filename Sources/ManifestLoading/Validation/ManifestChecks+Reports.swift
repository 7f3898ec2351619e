import ClusterModel

extension ManifestChecks {
    /// Nil where no report is asked for, or none can be written.
    mutating func checkReports(_ reports: Located?) -> ReportSettings? {
        guard let reports, let every = reports["every"]?.string.flatMap(ReportSettings.Period.init) else { return nil }
        var settings = ReportSettings(every: every)
        if let directory = reports["directory"], let path = directory.string {
            let isPlain =
                path.hasPrefix("/") && path.printable == path
                && !path.split(separator: "/").contains("..")
            guard isPlain else {
                report.error(
                    directory.position,
                    "directory must be an absolute path without .., such as \(ReportSettings.standardDirectory)")
                return nil
            }
            settings.directory = path
        }
        settings.format = reports["format"]?.string.flatMap(ReportSettings.Format.init) ?? settings.format
        settings.keep = reports["keep"]?.integer ?? settings.keep
        return settings
    }
}
