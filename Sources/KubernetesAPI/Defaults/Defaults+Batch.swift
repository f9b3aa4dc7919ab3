import SchemaEngine
import Values

/// Jobs (`pkg/apis/batch/v1/defaults.go`). A CronJob's template of a job is not defaulted like a job.
extension BuiltInDefaults {
    static let batch: [String: Defaulter.Function] = [
        "io.k8s.api.batch.v1.Job": view(Job.self) { job in
            if job.spec.completions == nil, job.spec.parallelism == nil { job.spec.completions = 1 }
            if job.spec.parallelism == nil { job.spec.parallelism = 1 }
            if job.spec.backoffLimit == nil { job.spec.backoffLimit = job.spec.backoffLimitPerIndex == nil ? 6 : Int(Int32.max) }
            let labels = job.spec.template.metadata.labels
            if job.metadata.labels.isEmpty { job.metadata.labels = labels }
            if job.spec.completionMode.isEmpty { job.spec.completionMode = "NonIndexed" }
            if job.spec.suspend == nil { job.spec.suspend = false }
            if job.spec.podReplacementPolicy.isEmpty {
                job.spec.podReplacementPolicy = job.spec.podFailurePolicy == nil ? "TerminatingOrFailed" : "Failed"
            }
            if job.spec.manualSelector == nil { job.spec.manualSelector = false }
        }
    ]
}
