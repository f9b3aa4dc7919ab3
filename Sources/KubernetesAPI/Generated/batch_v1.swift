// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct CronJob: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "batch", version: "v1", kind: "CronJob", resource: "cronjobs", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: CronJobSpec { get { raw.view("spec") } _modify { var view: CronJobSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: CronJobStatus { get { raw.view("status") } _modify { var view: CronJobStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct CronJobSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var concurrencyPolicy: String { get { raw.text("concurrencyPolicy") } set { raw.set("concurrencyPolicy", newValue, keepsEmpty: false) } }
    package var failedJobsHistoryLimit: Int? { get { raw.integer("failedJobsHistoryLimit") } set { raw.set("failedJobsHistoryLimit", newValue) } }
    package var jobTemplate: JobTemplateSpec { get { raw.view("jobTemplate") } _modify { var view: JobTemplateSpec = raw.takeView("jobTemplate"); defer { raw.put("jobTemplate", view) }; yield &view } }
    package var schedule: String { get { raw.text("schedule") } set { raw.set("schedule", newValue, keepsEmpty: true) } }
    package var startingDeadlineSeconds: Int? { get { raw.integer("startingDeadlineSeconds") } set { raw.set("startingDeadlineSeconds", newValue) } }
    package var successfulJobsHistoryLimit: Int? { get { raw.integer("successfulJobsHistoryLimit") } set { raw.set("successfulJobsHistoryLimit", newValue) } }
    package var suspend: Bool? { get { raw.flag("suspend") } set { raw.set("suspend", newValue) } }
    package var timeZone: String { get { raw.text("timeZone") } set { raw.set("timeZone", newValue, keepsEmpty: false) } }
}

package struct CronJobStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var active: ViewList<ObjectReference> { get { raw.viewList("active") } _modify { var list: ViewList<ObjectReference> = raw.takeViewList("active"); defer { raw.put("active", list) }; yield &list } }
    package var lastScheduleTime: String { get { raw.text("lastScheduleTime") } set { raw.set("lastScheduleTime", newValue, keepsEmpty: false) } }
    package var lastSuccessfulTime: String { get { raw.text("lastSuccessfulTime") } set { raw.set("lastSuccessfulTime", newValue, keepsEmpty: false) } }
}

package struct Job: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "batch", version: "v1", kind: "Job", resource: "jobs", isNamespaced: true)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: JobSpec { get { raw.view("spec") } _modify { var view: JobSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: JobStatus { get { raw.view("status") } _modify { var view: JobStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct JobCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastProbeTime: String { get { raw.text("lastProbeTime") } set { raw.set("lastProbeTime", newValue, keepsEmpty: false) } }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct JobSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var activeDeadlineSeconds: Int? { get { raw.integer("activeDeadlineSeconds") } set { raw.set("activeDeadlineSeconds", newValue) } }
    package var backoffLimit: Int? { get { raw.integer("backoffLimit") } set { raw.set("backoffLimit", newValue) } }
    package var backoffLimitPerIndex: Int? { get { raw.integer("backoffLimitPerIndex") } set { raw.set("backoffLimitPerIndex", newValue) } }
    package var completionMode: String { get { raw.text("completionMode") } set { raw.set("completionMode", newValue, keepsEmpty: false) } }
    package var completions: Int? { get { raw.integer("completions") } set { raw.set("completions", newValue) } }
    package var managedBy: String { get { raw.text("managedBy") } set { raw.set("managedBy", newValue, keepsEmpty: false) } }
    package var manualSelector: Bool? { get { raw.flag("manualSelector") } set { raw.set("manualSelector", newValue) } }
    package var maxFailedIndexes: Int? { get { raw.integer("maxFailedIndexes") } set { raw.set("maxFailedIndexes", newValue) } }
    package var parallelism: Int? { get { raw.integer("parallelism") } set { raw.set("parallelism", newValue) } }
    package var podFailurePolicy: PodFailurePolicy? { get { raw.optionalView("podFailurePolicy") } _modify { var view: PodFailurePolicy? = raw.takeOptionalView("podFailurePolicy"); defer { raw.put("podFailurePolicy", value: view?.raw) }; yield &view } }
    package var podReplacementPolicy: String { get { raw.text("podReplacementPolicy") } set { raw.set("podReplacementPolicy", newValue, keepsEmpty: false) } }
    package var selector: LabelSelector? { get { raw.optionalView("selector") } _modify { var view: LabelSelector? = raw.takeOptionalView("selector"); defer { raw.put("selector", value: view?.raw) }; yield &view } }
    package var successPolicy: SuccessPolicy? { get { raw.optionalView("successPolicy") } _modify { var view: SuccessPolicy? = raw.takeOptionalView("successPolicy"); defer { raw.put("successPolicy", value: view?.raw) }; yield &view } }
    package var suspend: Bool? { get { raw.flag("suspend") } set { raw.set("suspend", newValue) } }
    package var template: PodTemplateSpec { get { raw.view("template") } _modify { var view: PodTemplateSpec = raw.takeView("template"); defer { raw.put("template", view) }; yield &view } }
    package var ttlSecondsAfterFinished: Int? { get { raw.integer("ttlSecondsAfterFinished") } set { raw.set("ttlSecondsAfterFinished", newValue) } }
}

package struct JobStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var active: Int? { get { raw.integer("active") } set { raw.set("active", newValue) } }
    package var completedIndexes: String { get { raw.text("completedIndexes") } set { raw.set("completedIndexes", newValue, keepsEmpty: false) } }
    package var completionTime: String { get { raw.text("completionTime") } set { raw.set("completionTime", newValue, keepsEmpty: false) } }
    package var conditions: ViewList<JobCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<JobCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var failed: Int? { get { raw.integer("failed") } set { raw.set("failed", newValue) } }
    package var failedIndexes: String { get { raw.text("failedIndexes") } set { raw.set("failedIndexes", newValue, keepsEmpty: false) } }
    package var ready: Int? { get { raw.integer("ready") } set { raw.set("ready", newValue) } }
    package var startTime: String { get { raw.text("startTime") } set { raw.set("startTime", newValue, keepsEmpty: false) } }
    package var succeeded: Int? { get { raw.integer("succeeded") } set { raw.set("succeeded", newValue) } }
    package var terminating: Int? { get { raw.integer("terminating") } set { raw.set("terminating", newValue) } }
    package var uncountedTerminatedPods: UncountedTerminatedPods? { get { raw.optionalView("uncountedTerminatedPods") } _modify { var view: UncountedTerminatedPods? = raw.takeOptionalView("uncountedTerminatedPods"); defer { raw.put("uncountedTerminatedPods", value: view?.raw) }; yield &view } }
}

package struct JobTemplateSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: JobSpec { get { raw.view("spec") } _modify { var view: JobSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
}

package struct PodFailurePolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rules: ViewList<PodFailurePolicyRule> { get { raw.viewList("rules") } _modify { var list: ViewList<PodFailurePolicyRule> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
}

package struct PodFailurePolicyOnExitCodesRequirement: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var containerName: String { get { raw.text("containerName") } set { raw.set("containerName", newValue, keepsEmpty: false) } }
    package var `operator`: String { get { raw.text("operator") } set { raw.set("operator", newValue, keepsEmpty: true) } }
    package var values: [Int] { get { raw.integers("values") } set { raw.set("values", newValue) } }
}

package struct PodFailurePolicyOnPodConditionsPattern: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct PodFailurePolicyRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var action: String { get { raw.text("action") } set { raw.set("action", newValue, keepsEmpty: true) } }
    package var onExitCodes: PodFailurePolicyOnExitCodesRequirement? { get { raw.optionalView("onExitCodes") } _modify { var view: PodFailurePolicyOnExitCodesRequirement? = raw.takeOptionalView("onExitCodes"); defer { raw.put("onExitCodes", value: view?.raw) }; yield &view } }
    package var onPodConditions: ViewList<PodFailurePolicyOnPodConditionsPattern> { get { raw.viewList("onPodConditions") } _modify { var list: ViewList<PodFailurePolicyOnPodConditionsPattern> = raw.takeViewList("onPodConditions"); defer { raw.put("onPodConditions", list) }; yield &list } }
}

package struct SuccessPolicy: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var rules: ViewList<SuccessPolicyRule> { get { raw.viewList("rules") } _modify { var list: ViewList<SuccessPolicyRule> = raw.takeViewList("rules"); defer { raw.put("rules", list) }; yield &list } }
}

package struct SuccessPolicyRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var succeededCount: Int? { get { raw.integer("succeededCount") } set { raw.set("succeededCount", newValue) } }
    package var succeededIndexes: String { get { raw.text("succeededIndexes") } set { raw.set("succeededIndexes", newValue, keepsEmpty: false) } }
}

package struct UncountedTerminatedPods: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var failed: [String] { get { raw.strings("failed") } set { raw.set("failed", newValue) } }
    package var succeeded: [String] { get { raw.strings("succeeded") } set { raw.set("succeeded", newValue) } }
}
