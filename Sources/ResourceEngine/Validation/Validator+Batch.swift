import Core
import Values

/// Jobs and cron jobs.
extension Validator {
    mutating func job(_ object: Place) {
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        generatedSelector(object)
        jobSpec(object["spec"])
        jobSelector(object["spec"])
        if object["spec"]["completionMode"].text == "Indexed", let completions = object["spec"]["completions"].int, completions > 0 {
            let host = "\(object["metadata"]["name"].text)-\(completions - 1)"
            if !Formats.dnsLabel(host).isEmpty {
                invalid(object["metadata"]["name"], "will not able to create pod with invalid DNS label: \(host)")
            }
        }
    }

    /// The labels and the selector that the server has made, when no selector was given.
    private mutating func generatedSelector(_ object: Place) {
        let spec = object["spec"]
        guard !spec["manualSelector"].isTrue, spec["selector"].isPresent else { return }
        let uid = object["metadata"]["uid"].text
        if uid.isEmpty { required(object["metadata"]["uid"]) }
        let labels = spec["template"]["metadata"]["labels"]
        let expected = [
            ("controller-uid", uid), ("job-name", object["metadata"]["name"].text),
            ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", object["metadata"]["name"].text),
        ]
        for (key, value) in expected {
            if !labels[key: key].isPresent {
                required(labels[key: key], "must be '\(value)'")
            } else if labels[key: key].text != value {
                invalid(labels[key: key], "must be '\(value)'", value: labels.value ?? .null)
            }
        }
        if Self.isReadable(spec["selector"]), !Self.selects(spec["selector"], Dictionary(uniqueKeysWithValues: expected)) {
            invalid(spec["selector"], "`selector` not auto-generated")
        }
    }

    private mutating func jobSelector(_ spec: Place) {
        if spec["selector"].isPresent { labelSelector(spec["selector"]) } else { required(spec["selector"]) }
        if Self.isReadable(spec["selector"]), !Self.selects(spec["selector"], spec["template"]["metadata"]["labels"].map) {
            invalid(spec["template"]["metadata"]["labels"], "`selector` does not match template `labels`")
        }
    }

    private mutating func jobSpec(_ spec: Place) {
        for field in [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex",
            "maxFailedIndexes",
        ] {
            nonNegative(spec[field])
        }
        if spec["maxFailedIndexes"].isPresent, !spec["backoffLimitPerIndex"].isPresent {
            required(spec["backoffLimitPerIndex"], "when maxFailedIndexes is specified")
        }
        if spec["managedBy"].isPresent {
            domainPrefixedPath(spec["managedBy"])
            if spec["managedBy"].text.utf8.count > 63 { tooLong(spec["managedBy"], 63) }
        }
        completionMode(spec)
        if spec["podFailurePolicy"].isPresent { podFailurePolicy(spec) }
        if spec["successPolicy"].isPresent, spec["completionMode"].text != "Indexed" {
            invalid(spec["successPolicy"], "requires indexed completion mode")
        }
        let replacement = spec["podReplacementPolicy"]
        if replacement.isPresent {
            if spec["podFailurePolicy"].isPresent {
                if replacement.text != "Failed" { unsupported(replacement, ["Failed"]) }
            } else {
                oneOfIfPresent(replacement, ["Failed", "TerminatingOrFailed"])
            }
        }
        podTemplate(spec["template"])
        let restart = spec["template"]["spec"]["restartPolicy"]
        switch restart.text {
        case "", "Always": required(restart, "valid values: \"OnFailure\", \"Never\"")
        case "OnFailure":
            if spec["podFailurePolicy"].isPresent { invalid(restart, "only \"Never\" is supported when podFailurePolicy is specified") }
        case "Never": break
        default: unsupported(restart, ["OnFailure", "Never"])
        }
    }

    private mutating func completionMode(_ spec: Place) {
        let mode = spec["completionMode"]
        let parallelism = spec["parallelism"].int
        if mode.isPresent, !["NonIndexed", "Indexed"].contains(mode.text) { unsupported(mode, ["NonIndexed", "Indexed"]) }
        if mode.text == "Indexed" {
            if !spec["completions"].isPresent { required(spec["completions"], "when completion mode is Indexed") }
            if let parallelism, parallelism > 100_000 {
                invalid(spec["parallelism"], "must be less than or equal to 100000 when completion mode is Indexed")
            }
            if let failed = spec["maxFailedIndexes"].int {
                if let completions = spec["completions"].int, failed > completions {
                    invalid(spec["maxFailedIndexes"], "must be less than or equal to completions")
                }
                if failed > 100_000 { invalid(spec["maxFailedIndexes"], "must be less than or equal to 100000") }
            }
        } else if mode.isEmpty || mode.text == "NonIndexed" {
            for field in ["backoffLimitPerIndex", "maxFailedIndexes"] where spec[field].isPresent {
                invalid(spec[field], "requires indexed completion mode")
            }
        }
    }

    private mutating func podFailurePolicy(_ spec: Place) {
        let rules = spec["podFailurePolicy"]["rules"]
        if rules.count > 20 { tooMany(rules, 20) }
        let pod = spec["template"]["spec"]
        let names = Set((pod["containers"].items + pod["initContainers"].items).map { $0["name"].text })
        let actions = ["Count", "FailIndex", "FailJob", "Ignore"]
        for rule in rules.items {
            let action = rule["action"]
            if action.isEmpty {
                required(action, "valid values: [\(actions.map(Self.quoted).joined(separator: " "))]")
            } else if !actions.contains(action.text) {
                unsupported(action, actions)
            } else if action.text == "FailIndex", !spec["backoffLimitPerIndex"].isPresent {
                invalid(action, "requires the backoffLimitPerIndex to be set")
            }
            let codes = rule["onExitCodes"]
            if codes.isPresent {
                if codes["operator"].isEmpty {
                    required(codes["operator"], "valid values: [\"In\" \"NotIn\"]")
                } else if !["In", "NotIn"].contains(codes["operator"].text) {
                    unsupported(codes["operator"], ["In", "NotIn"])
                }
                if codes["containerName"].isPresent, !names.contains(codes["containerName"].text) {
                    invalid(codes["containerName"], "must be one of the container or initContainer names in the pod template")
                }
                exitCodes(codes)
            }
            for pattern in rule["onPodConditions"].items {
                qualifiedName(pattern["type"].with(.string(pattern["type"].text)))
                let states = ["False", "True", "Unknown"]
                if pattern["status"].isEmpty {
                    required(pattern["status"], "valid values: [\(states.map(Self.quoted).joined(separator: " "))]")
                } else if !states.contains(pattern["status"].text) {
                    unsupported(pattern["status"], states)
                }
            }
        }
    }

    private mutating func exitCodes(_ codes: Place) {
        let values = codes["values"]
        if values.isEmpty { return invalid(values, "at least one value is required", value: values.value ?? .null) }
        if values.count > 255 { tooMany(values, 255) }
        var seen: Set<Int64> = []
        for value in values.items {
            if codes["operator"].text == "In", value.int == 0 { invalid(value, "must not be 0 for the In operator") }
            if !seen.insert(value.int ?? 0).inserted { duplicate(value) }
        }
        let numbers = values.items.map { $0.int ?? 0 }
        if zip(numbers, numbers.dropFirst()).contains(where: { $0 > $1 }) { invalid(values, "must be ordered") }
    }

    mutating func jobUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        let (spec, before) = (new["spec"], old["spec"])
        generatedSelector(new)
        jobSpec(spec)
        jobSelector(spec)
        if spec["completionMode"].text != "Indexed" {
            immutable(spec["completions"], before["completions"])
        } else if !Self.same(spec["completions"].value, before["completions"].value), spec["completions"].isPresent,
            spec["completions"].int != spec["parallelism"].int
        {
            invalid(spec["completions"], "can only be modified in tandem with spec.parallelism")
        }
        immutable(spec["selector"], before["selector"])
        jobTemplateUpdate(spec, before)
        for field in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
            immutable(spec[field], before[field])
        }
    }

    private mutating func jobTemplateUpdate(_ new: Place, _ old: Place) {
        guard var template = old["template"].value, let now = new["template"].value else { return }
        if old["suspend"].isTrue {
            // A suspended job's pods may be steered elsewhere before they start.
            for field in ["nodeSelector", "tolerations", "schedulingGates"] { template["spec"]?[field] = now["spec"]?[field] }
            if now["spec"]?["affinity"]?["nodeAffinity"] != nil || template["spec"]?["affinity"] != nil {
                template["spec"]?["affinity"]?["nodeAffinity"] = now["spec"]?["affinity"]?["nodeAffinity"]
            }
            template["metadata"] = now["metadata"]
        }
        if !Self.same(now, template) { invalid(new["template"], Self.immutable) }
    }

    mutating func cronJob(_ object: Place, old: Place? = nil) {
        let spec = object["spec"]
        let schedule = spec["schedule"]
        if schedule.isEmpty {
            required(schedule)
        } else {
            if let problem = CronFormat.problem(schedule.text) { invalid(schedule, problem) }
            let hadZone = old?["spec"]["schedule"].text.contains("TZ") ?? false
            if schedule.text.contains("TZ") {
                if !hadZone {
                    invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
                } else if spec["timeZone"].isPresent {
                    invalid(schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")
                }
            }
        }
        nonNegative(spec["startingDeadlineSeconds"])
        let zone = spec["timeZone"]
        if zone.isPresent {
            if zone.text.isEmpty {
                invalid(zone, "timeZone must be nil or non-empty string")
            } else if !CronFormat.isZone(zone.text) {
                invalid(zone, "unknown time zone \(zone.text)")
            } else if zone.text.lowercased() == "local" {
                invalid(zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
            }
        }
        oneOf(spec["concurrencyPolicy"], ["Allow", "Forbid", "Replace"])
        let template = spec["jobTemplate"]["spec"]
        jobSpec(template)
        if template["selector"].isPresent { invalid(template["selector"], "`selector` will be auto-generated") }
        if template["manualSelector"].isTrue { unsupported(template["manualSelector"], ["nil", "false"]) }
        nonNegative(spec["successfulJobsHistoryLimit"])
        nonNegative(spec["failedJobsHistoryLimit"])
        if old == nil, object["metadata"]["name"].text.utf8.count > 52 {
            invalid(object["metadata"]["name"], "must be no more than 52 characters")
        }
    }

    /// "domain/path".
    mutating func domainPrefixedPath(_ place: Place) {
        let text = place.text
        if text.isEmpty { return required(place) }
        guard let slash = text.firstIndex(of: "/"), slash != text.startIndex, text.index(after: slash) != text.endIndex else {
            return invalid(place, "must be a domain-prefixed path (such as \"acme.io/foo\")")
        }
        for problem in Formats.dnsSubdomain(String(text[..<slash])) { invalid(place, problem, value: .string(String(text[..<slash]))) }
        let path = text[text.index(after: slash)...]
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%!$&'()*+,;=:")
        if !path.allSatisfy(allowed.contains) {
            invalid(place, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')", value: .string(String(path)))
        }
    }
}

/// Cron schedules and time zones, as far as their form goes.
enum CronFormat {
    /// What is wrong with a schedule of five fields or a descriptor; nil when nothing is.
    static func problem(_ text: String) -> String? {
        var rest = text[...]
        if rest.hasPrefix("TZ=") || rest.hasPrefix("CRON_TZ="), let space = rest.firstIndex(of: " ") { rest = rest[space...] }
        let fields = rest.split(whereSeparator: { $0 == " " || $0 == "\t" })
        if let first = fields.first, first.hasPrefix("@") {
            let known = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]
            if known.contains(String(first)) { return nil }
            if first == "@every", fields.count == 2 {
                return GoDuration.parse(String(fields[1])) == nil
                    ? "failed to parse duration \(rest): time: invalid duration \"\(fields[1])\"" : nil
            }
            return "unrecognized descriptor: \(rest)"
        }
        guard fields.count == 5 else { return "expected exactly 5 fields, found \(fields.count): [\(fields.joined(separator: " "))]" }
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        let bounds: [(ClosedRange<Int>, [String])] = [(0...59, []), (0...23, []), (1...31, []), (1...12, months), (0...6, days)]
        for (field, (range, names)) in zip(fields, bounds) {
            for part in field.split(separator: ",", omittingEmptySubsequences: false) {
                if let problem = problem(inPart: part, range, names) { return problem }
            }
        }
        return nil
    }

    private static func problem(inPart part: Substring, _ range: ClosedRange<Int>, _ names: [String]) -> String? {
        func number(_ text: Substring) -> Int? {
            if let position = names.firstIndex(of: text.lowercased()) { return position + range.lowerBound }
            return Int(text)
        }
        let steps = part.split(separator: "/", omittingEmptySubsequences: false)
        guard steps.count <= 2 else { return "too many slashes: \(part)" }
        let ends = steps[0].split(separator: "-", omittingEmptySubsequences: false)
        var low = range.lowerBound
        var high = range.upperBound
        if steps[0] != "*", steps[0] != "?" {
            guard ends.count <= 2 else { return "too many hyphens: \(part)" }
            guard let first = number(ends[0]) else {
                return "failed to parse int from \(ends[0]): strconv.Atoi: parsing \"\(ends[0])\": invalid syntax"
            }
            low = first
            if ends.count == 2 {
                guard let last = number(ends[1]) else {
                    return "failed to parse int from \(ends[1]): strconv.Atoi: parsing \"\(ends[1])\": invalid syntax"
                }
                high = last
            } else if steps.count == 1 {
                high = first
            }
        }
        if steps.count == 2 {
            guard let step = Int(steps[1]) else {
                return "failed to parse int from \(steps[1]): strconv.Atoi: parsing \"\(steps[1])\": invalid syntax"
            }
            if step == 0 { return "step of range should be a positive number: \(part)" }
        }
        if low < range.lowerBound { return "beginning of range (\(low)) below minimum (\(range.lowerBound)): \(part)" }
        if high > range.upperBound { return "end of range (\(high)) above maximum (\(range.upperBound)): \(part)" }
        if low > high { return "beginning of range (\(low)) beyond end of range (\(high)): \(part)" }
        return nil
    }

    /// Whether a text can be the name of a time zone.
    static func isZone(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && !part.hasPrefix("-")
                && part.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                        || [0x2B, 0x2D, 0x2E, 0x5F].contains(byte)
                }
        }
    }
}
