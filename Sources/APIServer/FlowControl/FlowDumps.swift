import Core
import ResourceEngine

/// What upstream's debugging endpoints tell of priority and fairness, in its columns (`/debug/api_priority_and_fairness/dump_*`).
extension FlowController {
    /// The table of a path's last part, as text; nil when there is none of the name. `hasDetails` adds what requests ask for.
    func dump(_ name: String, hasDetails: Bool) -> String? {
        switch name {
        case "dump_priority_levels": Self.table(levelRows)
        case "dump_queues": Self.table(queueRows)
        case "dump_requests": Self.table(requestRows(hasDetails: hasDetails))
        default: nil
        }
    }

    private var levelRows: [[String]] {
        var rows = [
            [
                "PriorityLevelName", "ActiveQueues", "IsIdle", "IsQuiescing", "WaitingRequests", "ExecutingRequests", "DispatchedRequests",
                "RejectedRequests", "TimedoutRequests", "CancelledRequests",
            ]
        ]
        let (levels, flows, _) = present
        for level in levels {
            var (dispatched, rejected, timedOut, cancelled) = (0, 0, 0, 0)
            for flow in flows where flow.level == level.level {
                dispatched += flow.counts.dispatched.load(ordering: .relaxed)
                rejected += flow.counts.queueFull.load(ordering: .relaxed)
                timedOut += flow.counts.timedOut.load(ordering: .relaxed)
                cancelled += flow.counts.cancelled.load(ordering: .relaxed)
            }
            let active = level.queues.filter { $0.waiting > 0 }.count
            let isIdle = level.running == 0 && level.waiting == 0
            rows.append([
                level.level, "\(active)", "\(isIdle)", "\(!level.isConfigured)", "\(level.waiting)", "\(level.running)", "\(dispatched)",
                "\(rejected)", "\(timedOut)", "\(cancelled)",
            ])
        }
        return rows
    }

    private var queueRows: [[String]] {
        var rows = [
            [
                "PriorityLevelName", "Index", "PendingRequests", "ExecutingRequests", "SeatsInUse", "NextDispatchR", "InitialSeatsSum",
                "MaxSeatsSum", "TotalWorkSum",
            ]
        ]
        for level in present.levels {
            for (index, queue) in level.queues.enumerated() {
                rows.append([
                    level.level, "\(index)", "\(queue.waiting)", "\(queue.running)", "\(queue.inUse)", "\(queue.start)ss",
                    "\(queue.seatsWaiting)", "\(queue.seatsWaiting)", "\(Double(queue.seatsWaiting))ss",
                ])
            }
        }
        return rows
    }

    private func requestRows(hasDetails: Bool) -> [[String]] {
        var header = [
            "PriorityLevelName", "FlowSchemaName", "QueueIndex", "RequestIndexInQueue", "FlowDistingsher", "ArriveTime", "InitialSeats",
            "FinalSeats", "AdditionalLatency", "StartTime",
        ]
        if hasDetails { header += ["UserName", "Verb", "APIPath", "Namespace", "Name", "APIVersion", "Resource", "SubResource"] }
        var rows = [header]
        var positions: [String: Int] = [:]
        for one in present.requests {
            let queue = one.place.queue.map(String.init) ?? "-1"
            var position = -1
            if one.started == nil {
                position = positions["\(one.flow.level)/\(queue)"] ?? 0
                positions["\(one.flow.level)/\(queue)"] = position + 1
            }
            var row = [
                one.flow.level, one.flow.schema, queue, "\(position)", one.distinguisher, one.arrived.rfc3339Micro, "\(one.work.seats)",
                "\(one.work.finalSeats)", "\(one.work.latency.nanoseconds / 1_000_000)ms",
                one.started?.rfc3339Micro ?? "0001-01-01T00:00:00Z",
            ]
            if hasDetails {
                let request = one.request
                row += [
                    request.user.name, request.verb, request.nonResourcePath ?? "", request.namespace, request.name,
                    request.nonResourcePath == nil ? request.resource.apiVersion : "", request.resource.resource, request.subresource,
                ]
            }
            rows.append(row)
        }
        return rows
    }

    /// Commas behind all cells but the last of a row, and blanks, so that columns stand below each other.
    private static func table(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(8) }
                widths[column] = max(widths[column], cell.count + 2)
            }
        }
        var text = ""
        for row in rows {
            for (column, cell) in row.enumerated() {
                guard column < row.count - 1 else {
                    text += cell
                    continue
                }
                text += cell + "," + String(repeating: " ", count: widths[column] - cell.count - 1)
            }
            text += "\n"
        }
        return text
    }
}
