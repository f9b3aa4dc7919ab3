// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

/// The schema texts by the names they refer to each other by.
enum SchemaTexts {
    static let all: [(key: String, text: StaticString)] = [
        ("admissionregistration_v1", admissionregistration_v1),
        ("admissionregistration_v1alpha1", admissionregistration_v1alpha1),
        ("admissionregistration_v1beta1", admissionregistration_v1beta1),
        ("apiextensions_v1", apiextensions_v1),
        ("apiregistration_v1", apiregistration_v1),
        ("apiserverinternal_v1alpha1", apiserverinternal_v1alpha1),
        ("apps_v1", apps_v1),
        ("authentication_v1", authentication_v1),
        ("authorization_v1", authorization_v1),
        ("autoscaling_v1", autoscaling_v1),
        ("autoscaling_v2", autoscaling_v2),
        ("batch_v1", batch_v1),
        ("certificates_v1", certificates_v1),
        ("certificates_v1alpha1", certificates_v1alpha1),
        ("certificates_v1beta1", certificates_v1beta1),
        ("coordination_v1", coordination_v1),
        ("coordination_v1alpha2", coordination_v1alpha2),
        ("coordination_v1beta1", coordination_v1beta1),
        ("core_v1", core_v1),
        ("discovery_v1", discovery_v1),
        ("events_v1", events_v1),
        ("flowcontrol_v1", flowcontrol_v1),
        ("meta_v1", meta_v1),
        ("metrics_v1beta1", metrics_v1beta1),
        ("networking_v1", networking_v1),
        ("networking_v1beta1", networking_v1beta1),
        ("node_v1", node_v1),
        ("policy_v1", policy_v1),
        ("rbac_v1", rbac_v1),
        ("resource_v1", resource_v1),
        ("resource_v1alpha3", resource_v1alpha3),
        ("resource_v1beta1", resource_v1beta1),
        ("resource_v1beta2", resource_v1beta2),
        ("scheduling_v1", scheduling_v1),
        ("scheduling_v1alpha2", scheduling_v1alpha2),
        ("storage_v1", storage_v1),
        ("storage_v1beta1", storage_v1beta1),
        ("storagemigration_v1beta1", storagemigration_v1beta1),
    ]

    private static let admissionregistration_v1: StaticString = #"""
package io.k8s.api.admissionregistration.v1 group admissionregistration.k8s.io version v1

kind MutatingAdmissionPolicy
    resource mutatingadmissionpolicies mutatingadmissionpolicy cluster categories api-extensions
    column Name string name
    column Mutations integer
    column ParamKind string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec MutatingAdmissionPolicySpec  always

kind MutatingAdmissionPolicyBinding
    resource mutatingadmissionpolicybindings mutatingadmissionpolicybinding cluster categories api-extensions
    column Name string name
    column PolicyName string
    column ParamRef string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec MutatingAdmissionPolicyBindingSpec  always

kind MutatingWebhookConfiguration
    resource mutatingwebhookconfigurations mutatingwebhookconfiguration cluster categories api-extensions
    column Name string name
    column Webhooks integer
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 webhooks [MutatingWebhook]  map(name) patch(merge,key=name)

kind ValidatingAdmissionPolicy
    resource validatingadmissionpolicies validatingadmissionpolicy cluster categories api-extensions
    subresource status ValidatingAdmissionPolicy get,patch,update
    column Name string name
    column Validations integer
    column ParamKind string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ValidatingAdmissionPolicySpec  always
    3 status ValidatingAdmissionPolicyStatus  always

kind ValidatingAdmissionPolicyBinding
    resource validatingadmissionpolicybindings validatingadmissionpolicybinding cluster categories api-extensions
    column Name string name
    column PolicyName string
    column ParamRef string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ValidatingAdmissionPolicyBindingSpec  required always

kind ValidatingWebhookConfiguration
    resource validatingwebhookconfigurations validatingwebhookconfiguration cluster categories api-extensions
    column Name string name
    column Webhooks integer
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 webhooks [ValidatingWebhook]  map(name) patch(merge,key=name)

type ApplyConfiguration
    1 expression string

type AuditAnnotation
    1 key string  required always
    2 valueExpression string  required always

type ExpressionWarning
    2 fieldRef string  required always
    3 warning string  required always

type JSONPatch
    1 expression string

type MatchCondition
    1 name string  required always
    2 expression string  required always

type MatchResources atomic
    1 namespaceSelector meta_v1.LabelSelector? = {}
    2 objectSelector meta_v1.LabelSelector? = {}
    3 resourceRules [NamedRuleWithOperations]  atomic
    4 excludeResourceRules [NamedRuleWithOperations]  atomic
    7 matchPolicy string? = "Equivalent"  enum(Equivalent,Exact)

type MutatingAdmissionPolicyBindingSpec
    1 policyName string
    2 paramRef ParamRef?
    3 matchResources MatchResources?

type MutatingAdmissionPolicySpec
    1 paramKind ParamKind?
    2 matchConstraints MatchResources?
    3 variables [Variable]  atomic
    4 mutations [Mutation]  atomic
    5 failurePolicy string? = "Fail"  enum(Fail,Ignore)
    6 matchConditions [MatchCondition]  map(name) patch(merge,key=name)
    7 reinvocationPolicy string  enum(IfNeeded,Never)

type MutatingWebhook
    1 name string  required always
    2 clientConfig WebhookClientConfig  required always
    3 rules [RuleWithOperations]  atomic
    4 failurePolicy string? = "Fail"  enum(Fail,Ignore)
    9 matchPolicy string? = "Equivalent"  enum(Equivalent,Exact)
    5 namespaceSelector meta_v1.LabelSelector? = {}
    11 objectSelector meta_v1.LabelSelector? = {}
    6 sideEffects string?  required always enum(None,NoneOnDryRun,Some,Unknown)
    7 timeoutSeconds int32? = 10
    8 admissionReviewVersions [string]  required always atomic
    10 reinvocationPolicy string? = "Never"  enum(IfNeeded,Never)
    12 matchConditions [MatchCondition]  map(name) patch(merge,key=name)

type Mutation
    2 patchType string  required always enum(ApplyConfiguration,JSONPatch)
    3 applyConfiguration ApplyConfiguration?
    4 jsonPatch JSONPatch?

type NamedRuleWithOperations atomic
    1 resourceNames [string]  atomic
    2 inline RuleWithOperations

type ParamKind atomic
    1 apiVersion string
    2 kind string

type ParamRef atomic
    1 name string
    2 namespace string
    3 selector meta_v1.LabelSelector?
    4 parameterNotFoundAction string?

type Rule part
    1 apiGroups [string]  atomic
    2 apiVersions [string]  atomic
    3 resources [string]  atomic
    4 scope string? = "*"  enum(*,Cluster,Namespaced)

type RuleWithOperations
    1 operations [string]  atomic enum(*,CONNECT,CREATE,DELETE,UPDATE)
    2 inline Rule

type ServiceReference
    1 namespace string  required always
    2 name string  required always
    3 path string?
    4 port int32? = 443

type TypeChecking
    1 expressionWarnings [ExpressionWarning]  atomic

type ValidatingAdmissionPolicyBindingSpec
    1 policyName string  required
    2 paramRef ParamRef?
    3 matchResources MatchResources?
    4 validationActions [string]  required set enum(Audit,Deny,Warn)

type ValidatingAdmissionPolicySpec
    1 paramKind ParamKind?
    2 matchConstraints MatchResources?
    3 validations [Validation]  atomic
    4 failurePolicy string? = "Fail"  enum(Fail,Ignore)
    5 auditAnnotations [AuditAnnotation]  atomic
    6 matchConditions [MatchCondition]  map(name) patch(merge,key=name)
    7 variables [Variable]  map(name) patch(merge,key=name)

type ValidatingAdmissionPolicyStatus
    1 observedGeneration int64
    2 typeChecking TypeChecking?
    3 conditions [meta_v1.Condition]  map(type)

type ValidatingWebhook
    1 name string  required always
    2 clientConfig WebhookClientConfig  required always
    3 rules [RuleWithOperations]  atomic
    4 failurePolicy string? = "Fail"  enum(Fail,Ignore)
    9 matchPolicy string? = "Equivalent"  enum(Equivalent,Exact)
    5 namespaceSelector meta_v1.LabelSelector? = {}
    10 objectSelector meta_v1.LabelSelector? = {}
    6 sideEffects string?  required always enum(None,NoneOnDryRun,Some,Unknown)
    7 timeoutSeconds int32? = 10
    8 admissionReviewVersions [string]  required always atomic
    11 matchConditions [MatchCondition]  map(name) patch(merge,key=name)

type Validation
    1 expression string  required always
    2 message string
    3 reason string?
    4 messageExpression string

type Variable atomic
    1 name string  required always
    2 expression string  required always

type WebhookClientConfig
    3 url string?
    1 service ServiceReference?
    2 caBundle bytes
"""#

    private static let admissionregistration_v1alpha1: StaticString = #"""
package io.k8s.api.admissionregistration.v1alpha1 group admissionregistration.k8s.io version v1alpha1

kind MutatingAdmissionPolicy
    resource mutatingadmissionpolicies mutatingadmissionpolicy cluster categories api-extensions
    column Name string name
    column Mutations integer
    column ParamKind string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec MutatingAdmissionPolicySpec  always

kind MutatingAdmissionPolicyBinding
    resource mutatingadmissionpolicybindings mutatingadmissionpolicybinding cluster categories api-extensions
    column Name string name
    column PolicyName string
    column ParamRef string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec MutatingAdmissionPolicyBindingSpec  always

type ApplyConfiguration
    1 expression string

type JSONPatch
    1 expression string

type MatchCondition
    1 name string  required always
    2 expression string  required always

type MatchResources atomic
    1 namespaceSelector meta_v1.LabelSelector? = {}
    2 objectSelector meta_v1.LabelSelector? = {}
    3 resourceRules [NamedRuleWithOperations]  atomic
    4 excludeResourceRules [NamedRuleWithOperations]  atomic
    7 matchPolicy string? = "Equivalent"  enum(Equivalent,Exact)

type MutatingAdmissionPolicyBindingSpec
    1 policyName string
    2 paramRef ParamRef?
    3 matchResources MatchResources?

type MutatingAdmissionPolicySpec
    1 paramKind ParamKind?
    2 matchConstraints MatchResources?
    3 variables [Variable]  atomic
    4 mutations [Mutation]  atomic
    5 failurePolicy string? = "Fail"  enum(Fail,Ignore)
    6 matchConditions [MatchCondition]  map(name) patch(merge,key=name)
    7 reinvocationPolicy string  enum(IfNeeded,Never)

type Mutation
    2 patchType string  required always enum(ApplyConfiguration,JSONPatch)
    3 applyConfiguration ApplyConfiguration?
    4 jsonPatch JSONPatch?

type NamedRuleWithOperations atomic
    1 resourceNames [string]  atomic
    2 inline admissionregistration_v1.RuleWithOperations

type ParamKind atomic
    1 apiVersion string
    2 kind string

type ParamRef atomic
    1 name string
    2 namespace string
    3 selector meta_v1.LabelSelector?
    4 parameterNotFoundAction string?

type Variable
    1 name string  required always
    2 expression string  required always
"""#

    private static let admissionregistration_v1beta1: StaticString = #"""
package io.k8s.api.admissionregistration.v1beta1 group admissionregistration.k8s.io version v1beta1

kind MutatingAdmissionPolicy
    resource mutatingadmissionpolicies mutatingadmissionpolicy cluster categories api-extensions
    column Name string name
    column Mutations integer
    column ParamKind string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec MutatingAdmissionPolicySpec  always

kind MutatingAdmissionPolicyBinding
    resource mutatingadmissionpolicybindings mutatingadmissionpolicybinding cluster categories api-extensions
    column Name string name
    column PolicyName string
    column ParamRef string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec MutatingAdmissionPolicyBindingSpec  always

type ApplyConfiguration
    1 expression string

type JSONPatch
    1 expression string

type MatchCondition
    1 name string  required always
    2 expression string  required always

type MatchResources atomic
    1 namespaceSelector meta_v1.LabelSelector? = {}
    2 objectSelector meta_v1.LabelSelector? = {}
    3 resourceRules [NamedRuleWithOperations]  atomic
    4 excludeResourceRules [NamedRuleWithOperations]  atomic
    7 matchPolicy string? = "Equivalent"  enum(Equivalent,Exact)

type MutatingAdmissionPolicyBindingSpec
    1 policyName string
    2 paramRef ParamRef?
    3 matchResources MatchResources?

type MutatingAdmissionPolicySpec
    1 paramKind ParamKind?
    2 matchConstraints MatchResources?
    3 variables [Variable]  atomic
    4 mutations [Mutation]  atomic
    5 failurePolicy string? = "Fail"  enum(Fail,Ignore)
    6 matchConditions [MatchCondition]  map(name) patch(merge,key=name)
    7 reinvocationPolicy string  enum(IfNeeded,Never)

type Mutation
    2 patchType string  required always enum(ApplyConfiguration,JSONPatch)
    3 applyConfiguration ApplyConfiguration?
    4 jsonPatch JSONPatch?

type NamedRuleWithOperations atomic
    1 resourceNames [string]  atomic
    2 inline admissionregistration_v1.RuleWithOperations

type ParamKind atomic
    1 apiVersion string
    2 kind string

type ParamRef atomic
    1 name string
    2 namespace string
    3 selector meta_v1.LabelSelector?
    4 parameterNotFoundAction string?

type Variable atomic
    1 name string  required always
    2 expression string  required always
"""#

    private static let apiextensions_v1: StaticString = #"""
package io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1 group apiextensions.k8s.io version v1

kind CustomResourceDefinition
    resource customresourcedefinitions customresourcedefinition cluster shortnames crd,crds categories api-extensions
    subresource status CustomResourceDefinition get,patch,update
    column Name string name
    column "Created At" date
    1 metadata meta_v1.ObjectMeta  always
    2 spec CustomResourceDefinitionSpec  required always
    3 status CustomResourceDefinitionStatus  always

kind ConversionReview
    1 request ConversionRequest?
    2 response ConversionResponse?

type ConversionRequest
    1 uid string  always
    2 desiredAPIVersion string  always
    3 objects [any<io.k8s.apimachinery.pkg.runtime.RawExtension>]  always

type ConversionResponse
    1 uid string  always
    2 convertedObjects [any<io.k8s.apimachinery.pkg.runtime.RawExtension>]  always
    3 result meta_v1.Status  always

type CustomResourceColumnDefinition
    1 name string  required always
    2 type string  required always
    3 format string
    4 description string
    5 priority int32
    6 jsonPath string  required always

type CustomResourceConversion
    1 strategy string  required always
    2 webhook WebhookConversion?

type CustomResourceDefinitionCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string
    6 observedGeneration int64

type CustomResourceDefinitionNames
    1 plural string  required always
    2 singular string
    3 shortNames [string]  atomic
    4 kind string  required always
    5 listKind string
    6 categories [string]  atomic

type CustomResourceDefinitionSpec
    1 group string  required always
    3 names CustomResourceDefinitionNames  required always
    4 scope string  required always
    7 versions [CustomResourceDefinitionVersion]  required always atomic
    9 conversion CustomResourceConversion?
    10 preserveUnknownFields bool

type CustomResourceDefinitionStatus
    1 conditions [CustomResourceDefinitionCondition]  always map(type)
    2 acceptedNames CustomResourceDefinitionNames  always
    3 storedVersions [string]  always atomic
    4 observedGeneration int64

type CustomResourceDefinitionVersion
    1 name string  required always
    2 served bool  required always
    3 storage bool  required always
    7 deprecated bool
    8 deprecationWarning string?
    4 schema CustomResourceValidation?
    5 subresources CustomResourceSubresources?
    6 additionalPrinterColumns [CustomResourceColumnDefinition]  atomic
    9 selectableFields [SelectableField]  atomic

type CustomResourceSubresourceScale
    1 specReplicasPath string  required always
    2 statusReplicasPath string  required always
    3 labelSelectorPath string?

type CustomResourceSubresourceStatus

type CustomResourceSubresources
    1 status CustomResourceSubresourceStatus?
    2 scale CustomResourceSubresourceScale?

type CustomResourceValidation
    1 openAPIV3Schema JSONSchemaProps?

type ExternalDocumentation
    1 description string
    2 url string

type JSONSchemaProps
    1 id string
    2 $schema string
    3 $ref string?
    4 description string
    5 type string
    6 format string
    7 title string
    8 default any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON>?
    9 maximum double?
    10 exclusiveMaximum bool
    11 minimum double?
    12 exclusiveMinimum bool
    13 maxLength int64?
    14 minLength int64?
    15 pattern string
    16 maxItems int64?
    17 minItems int64?
    18 uniqueItems bool
    19 multipleOf double?
    20 enum [any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON>]  atomic
    21 maxProperties int64?
    22 minProperties int64?
    23 required [string]  atomic
    24 items any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray>?
    25 allOf [JSONSchemaProps]  atomic
    26 oneOf [JSONSchemaProps]  atomic
    27 anyOf [JSONSchemaProps]  atomic
    28 not JSONSchemaProps?
    29 properties [string: JSONSchemaProps]
    30 additionalProperties any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool>?
    31 patternProperties [string: JSONSchemaProps]
    32 dependencies [string: any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray>]
    33 additionalItems any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool>?
    34 definitions [string: JSONSchemaProps]
    35 externalDocs ExternalDocumentation?
    36 example any<io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON>?
    37 nullable bool
    38 x-kubernetes-preserve-unknown-fields bool?
    39 x-kubernetes-embedded-resource bool
    40 x-kubernetes-int-or-string bool
    41 x-kubernetes-list-map-keys [string]  atomic
    42 x-kubernetes-list-type string?
    43 x-kubernetes-map-type string?
    44 x-kubernetes-validations [ValidationRule]  map(rule) patch(merge,key=rule)

type SelectableField
    1 jsonPath string  required always

type ServiceReference
    1 namespace string  required always
    2 name string  required always
    3 path string?
    4 port int32? = 443

type ValidationRule
    1 rule string  required always
    2 message string
    3 messageExpression string
    4 reason string?  enum(FieldValueDuplicate,FieldValueForbidden,FieldValueInvalid,FieldValueRequired)
    5 fieldPath string
    6 optionalOldSelf bool?

type WebhookClientConfig
    3 url string?
    1 service ServiceReference?
    2 caBundle bytes

type WebhookConversion
    2 clientConfig WebhookClientConfig?
    3 conversionReviewVersions [string]  required always atomic
"""#

    private static let apiregistration_v1: StaticString = #"""
package io.k8s.kube-aggregator.pkg.apis.apiregistration.v1 group apiregistration.k8s.io version v1

kind APIService
    resource apiservices apiservice cluster categories api-extensions
    subresource status APIService get,patch,update
    column Name string name
    column Service string
    column Available string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec APIServiceSpec  always
    3 status APIServiceStatus  always

type APIServiceCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type APIServiceSpec
    1 service ServiceReference?
    2 group string
    3 version string
    4 insecureSkipTLSVerify bool
    5 caBundle bytes  atomic
    7 groupPriorityMinimum int32  required always
    8 versionPriority int32  required always

type APIServiceStatus
    1 conditions [APIServiceCondition]  map(type) patch(merge,key=type)

type ServiceReference
    1 namespace string
    2 name string
    3 port int32? = 443
"""#

    private static let apiserverinternal_v1alpha1: StaticString = #"""
package io.k8s.api.apiserverinternal.v1alpha1 group internal.apiserver.k8s.io version v1alpha1

kind StorageVersion
    resource storageversions storageversion cluster
    subresource status StorageVersion get,patch,update
    column Name string name
    column CommonEncodingVersion string
    column StorageVersions string
    column Age string
    1 metadata meta_v1.ObjectMeta  required always
    2 spec StorageVersionSpec  always
    3 status StorageVersionStatus  always

type ServerStorageVersion
    1 apiServerID string  required
    2 encodingVersion string  required
    3 decodableVersions [string]  required set
    4 servedVersions [string]  set

type StorageVersionCondition
    1 type string  required always
    2 status string  required always
    3 observedGeneration int64
    4 lastTransitionTime time  always
    5 reason string  required always
    6 message string  required

type StorageVersionSpec

type StorageVersionStatus
    1 storageVersions [ServerStorageVersion]  map(apiServerID)
    2 commonEncodingVersion string?
    3 conditions [StorageVersionCondition]  map(type)
"""#

    private static let apps_v1: StaticString = #"""
package io.k8s.api.apps.v1 group apps version v1

kind ControllerRevision
    resource controllerrevisions controllerrevision namespaced
    column Name string name
    column Controller string
    column Revision string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 data any<io.k8s.apimachinery.pkg.runtime.RawExtension>
    3 revision int64  required always

kind DaemonSet
    resource daemonsets daemonset namespaced shortnames ds categories all
    subresource status DaemonSet get,patch,update
    column Name string name
    column Desired integer
    column Current integer
    column Ready integer
    column Up-to-date integer
    column Available integer
    column "Node Selector" string
    column Age string
    column Containers string priority 1
    column Images string priority 1
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec DaemonSetSpec  always
    3 status DaemonSetStatus  always

kind Deployment
    resource deployments deployment namespaced shortnames deploy categories all
    subresource scale autoscaling_v1.Scale get,patch,update
    subresource status Deployment get,patch,update
    column Name string name
    column Ready string
    column Up-to-date string
    column Available string
    column Age string
    column Containers string priority 1
    column Images string priority 1
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec DeploymentSpec  always
    3 status DeploymentStatus  always

kind ReplicaSet
    resource replicasets replicaset namespaced shortnames rs categories all
    subresource scale autoscaling_v1.Scale get,patch,update
    subresource status ReplicaSet get,patch,update
    column Name string name
    column Desired integer
    column Current integer
    column Ready integer
    column Age string
    column Containers string priority 1
    column Images string priority 1
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec ReplicaSetSpec  always
    3 status ReplicaSetStatus  always

kind StatefulSet
    resource statefulsets statefulset namespaced shortnames sts categories all
    subresource scale autoscaling_v1.Scale get,patch,update
    subresource status StatefulSet get,patch,update
    column Name string name
    column Ready string
    column Age string
    column Containers string priority 1
    column Images string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec StatefulSetSpec  always
    3 status StatefulSetStatus  always

type DaemonSetCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type DaemonSetSpec
    1 selector meta_v1.LabelSelector?  required always immutable
    2 template core_v1.PodTemplateSpec  required always
    3 updateStrategy DaemonSetUpdateStrategy  always
    4 minReadySeconds int32
    6 revisionHistoryLimit int32? = 10

type DaemonSetStatus
    1 currentNumberScheduled int32  required always
    2 numberMisscheduled int32  required always
    3 desiredNumberScheduled int32  required always
    4 numberReady int32  required always
    5 observedGeneration int64
    6 updatedNumberScheduled int32
    7 numberAvailable int32
    8 numberUnavailable int32
    9 collisionCount int32?
    10 conditions [DaemonSetCondition]  map(type) patch(merge,key=type)

type DaemonSetUpdateStrategy
    1 type string  enum(OnDelete,RollingUpdate)
    2 rollingUpdate RollingUpdateDaemonSet?

type DeploymentCondition
    1 type string  required always
    2 status string  required always
    6 lastUpdateTime time  always
    7 lastTransitionTime time  always
    4 reason string
    5 message string

type DeploymentSpec
    1 replicas int32? = 1  min 0
    2 selector meta_v1.LabelSelector?  required always immutable
    3 template core_v1.PodTemplateSpec  required always
    4 strategy DeploymentStrategy  always patch(retainKeys)
    5 minReadySeconds int32
    6 revisionHistoryLimit int32? = 10
    7 paused bool
    9 progressDeadlineSeconds int32? = 600

type DeploymentStatus
    1 observedGeneration int64
    2 replicas int32
    3 updatedReplicas int32
    7 readyReplicas int32
    4 availableReplicas int32
    5 unavailableReplicas int32
    9 terminatingReplicas int32?
    6 conditions [DeploymentCondition]  map(type) patch(merge,key=type)
    8 collisionCount int32?

type DeploymentStrategy
    1 type string  enum(Recreate,RollingUpdate)
    2 rollingUpdate RollingUpdateDeployment?

type ReplicaSetCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type ReplicaSetSpec
    1 replicas int32? = 1
    4 minReadySeconds int32
    2 selector meta_v1.LabelSelector?  required always immutable
    3 template core_v1.PodTemplateSpec  always

type ReplicaSetStatus
    1 replicas int32  required always
    2 fullyLabeledReplicas int32
    4 readyReplicas int32
    5 availableReplicas int32
    7 terminatingReplicas int32?
    3 observedGeneration int64
    6 conditions [ReplicaSetCondition]  map(type) patch(merge,key=type)

type RollingUpdateDaemonSet
    1 maxUnavailable intOrString?
    2 maxSurge intOrString?

type RollingUpdateDeployment
    1 maxUnavailable intOrString?
    2 maxSurge intOrString?

type RollingUpdateStatefulSetStrategy
    1 partition int32?
    2 maxUnavailable intOrString?

type StatefulSetCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type StatefulSetOrdinals
    1 start int32  always

type StatefulSetPersistentVolumeClaimRetentionPolicy
    1 whenDeleted string
    2 whenScaled string

type StatefulSetSpec
    1 replicas int32? = 1
    2 selector meta_v1.LabelSelector?  required always
    3 template core_v1.PodTemplateSpec  required always
    4 volumeClaimTemplates [core_v1.PersistentVolumeClaim]  atomic
    5 serviceName string  always
    6 podManagementPolicy string = "OrderedReady"  enum(OrderedReady,Parallel)
    7 updateStrategy StatefulSetUpdateStrategy  always
    8 revisionHistoryLimit int32? = 10
    9 minReadySeconds int32
    10 persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy?
    11 ordinals StatefulSetOrdinals?

type StatefulSetStatus
    1 observedGeneration int64
    2 replicas int32  required always
    3 readyReplicas int32
    4 currentReplicas int32
    5 updatedReplicas int32
    6 currentRevision string
    7 updateRevision string
    9 collisionCount int32?
    10 conditions [StatefulSetCondition]  map(type) patch(merge,key=type)
    11 availableReplicas int32  always

type StatefulSetUpdateStrategy
    1 type string  enum(OnDelete,RollingUpdate)
    2 rollingUpdate RollingUpdateStatefulSetStrategy?
"""#

    private static let authentication_v1: StaticString = #"""
package io.k8s.api.authentication.v1 group authentication.k8s.io version v1

kind TokenRequest
    1 metadata meta_v1.ObjectMeta  always
    2 spec TokenRequestSpec  always
    3 status TokenRequestStatus  always

kind SelfSubjectReview
    resource selfsubjectreviews selfsubjectreview cluster
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 status SelfSubjectReviewStatus  always

kind TokenReview
    resource tokenreviews tokenreview cluster
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 spec TokenReviewSpec  required always
    3 status TokenReviewStatus  always

type BoundObjectReference
    1 kind string
    2 apiVersion string
    3 name string
    4 uid string

type SelfSubjectReviewStatus
    1 userInfo UserInfo  always

type TokenRequestSpec
    1 audiences [string]  always atomic
    4 expirationSeconds int64? = 3600  always
    3 boundObjectRef BoundObjectReference?  always

type TokenRequestStatus
    1 token string  always
    2 expirationTimestamp time  always

type TokenReviewSpec
    1 token string  required
    2 audiences [string]  atomic

type TokenReviewStatus
    1 authenticated bool
    2 user UserInfo  always
    4 audiences [string]  atomic
    3 error string

type UserInfo
    1 username string
    2 uid string
    3 groups [string]  atomic
    4 extra [string: [string]]
"""#

    private static let authorization_v1: StaticString = #"""
package io.k8s.api.authorization.v1 group authorization.k8s.io version v1

kind LocalSubjectAccessReview
    resource localsubjectaccessreviews localsubjectaccessreview namespaced
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 spec SubjectAccessReviewSpec  required always
    3 status SubjectAccessReviewStatus  always

kind SelfSubjectAccessReview
    resource selfsubjectaccessreviews selfsubjectaccessreview cluster
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 spec SelfSubjectAccessReviewSpec  required always
    3 status SubjectAccessReviewStatus  always

kind SelfSubjectRulesReview
    resource selfsubjectrulesreviews selfsubjectrulesreview cluster
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 spec SelfSubjectRulesReviewSpec  required always
    3 status SubjectRulesReviewStatus  always

kind SubjectAccessReview
    resource subjectaccessreviews subjectaccessreview cluster
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 spec SubjectAccessReviewSpec  required always
    3 status SubjectAccessReviewStatus  always

type FieldSelectorAttributes
    1 rawSelector string
    2 requirements [meta_v1.FieldSelectorRequirement]  atomic

type LabelSelectorAttributes
    1 rawSelector string
    2 requirements [meta_v1.LabelSelectorRequirement]  atomic

type NonResourceAttributes
    1 path string
    2 verb string

type NonResourceRule
    1 verbs [string]  required always atomic
    2 nonResourceURLs [string]  atomic

type ResourceAttributes
    1 namespace string
    2 verb string
    3 group string
    4 version string
    5 resource string
    6 subresource string
    7 name string
    8 fieldSelector FieldSelectorAttributes?
    9 labelSelector LabelSelectorAttributes?

type ResourceRule
    1 verbs [string]  required always atomic
    2 apiGroups [string]  atomic
    3 resources [string]  atomic
    4 resourceNames [string]  atomic

type SelfSubjectAccessReviewSpec
    1 resourceAttributes ResourceAttributes?
    2 nonResourceAttributes NonResourceAttributes?

type SelfSubjectRulesReviewSpec
    1 namespace string

type SubjectAccessReviewSpec
    1 resourceAttributes ResourceAttributes?
    2 nonResourceAttributes NonResourceAttributes?
    3 user string
    4 groups [string]  atomic
    5 extra [string: [string]]
    6 uid string

type SubjectAccessReviewStatus
    1 allowed bool  required always
    4 denied bool
    2 reason string
    3 evaluationError string

type SubjectRulesReviewStatus
    1 resourceRules [ResourceRule]  required always atomic
    2 nonResourceRules [NonResourceRule]  required always atomic
    3 incomplete bool  required always
    4 evaluationError string
"""#

    private static let autoscaling_v1: StaticString = #"""
package io.k8s.api.autoscaling.v1 group autoscaling version v1

kind Scale
    1 metadata meta_v1.ObjectMeta  always
    2 spec ScaleSpec  always
    3 status ScaleStatus  always

kind HorizontalPodAutoscaler
    resource horizontalpodautoscalers horizontalpodautoscaler namespaced shortnames hpa categories all
    subresource status HorizontalPodAutoscaler get,patch,update
    column Name string name
    column Reference string
    column Targets string
    column MinPods string
    column MaxPods string
    column Replicas string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec HorizontalPodAutoscalerSpec  required always
    3 status HorizontalPodAutoscalerStatus  always

type CrossVersionObjectReference atomic
    1 kind string  required always
    2 name string  required always
    3 apiVersion string

type HorizontalPodAutoscalerSpec
    1 scaleTargetRef CrossVersionObjectReference  required always
    2 minReplicas int32? = 1  min 0
    3 maxReplicas int32  required always min 1
    4 targetCPUUtilizationPercentage int32?

type HorizontalPodAutoscalerStatus
    1 observedGeneration int64?
    2 lastScaleTime time?
    3 currentReplicas int32  required always
    4 desiredReplicas int32  required always
    5 currentCPUUtilizationPercentage int32?

type ScaleSpec
    1 replicas int32 = 0  min 0

type ScaleStatus
    1 replicas int32  required always
    2 selector string
"""#

    private static let autoscaling_v2: StaticString = #"""
package io.k8s.api.autoscaling.v2 group autoscaling version v2

kind HorizontalPodAutoscaler
    resource horizontalpodautoscalers horizontalpodautoscaler namespaced shortnames hpa categories all
    subresource status HorizontalPodAutoscaler get,patch,update
    column Name string name
    column Reference string
    column Targets string
    column MinPods string
    column MaxPods string
    column Replicas string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec HorizontalPodAutoscalerSpec  required always
    3 status HorizontalPodAutoscalerStatus  always

type ContainerResourceMetricSource
    1 name string  required always
    2 target MetricTarget  required always
    3 container string  required always

type ContainerResourceMetricStatus
    1 name string  required always
    2 current MetricValueStatus  required always
    3 container string  required always

type CrossVersionObjectReference
    1 kind string  required always
    2 name string  required always
    3 apiVersion string

type ExternalMetricSource
    1 metric MetricIdentifier  required always
    2 target MetricTarget  required always

type ExternalMetricStatus
    1 metric MetricIdentifier  required always
    2 current MetricValueStatus  required always

type HPAScalingPolicy
    1 type string  required always
    2 value int32  required always
    3 periodSeconds int32  required always

type HPAScalingRules
    3 stabilizationWindowSeconds int32?
    1 selectPolicy string?
    2 policies [HPAScalingPolicy]  atomic
    4 tolerance quantity?

type HorizontalPodAutoscalerBehavior
    1 scaleUp HPAScalingRules?
    2 scaleDown HPAScalingRules?

type HorizontalPodAutoscalerCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type HorizontalPodAutoscalerSpec
    1 scaleTargetRef CrossVersionObjectReference  required always
    2 minReplicas int32? = 1  min 0
    3 maxReplicas int32  required always min 1
    4 metrics [MetricSpec]  atomic
    5 behavior HorizontalPodAutoscalerBehavior?

type HorizontalPodAutoscalerStatus
    1 observedGeneration int64?
    2 lastScaleTime time?
    3 currentReplicas int32
    4 desiredReplicas int32  required always
    5 currentMetrics [MetricStatus]  always atomic
    6 conditions [HorizontalPodAutoscalerCondition]  map(type) patch(merge,key=type)

type MetricIdentifier
    1 name string  required always
    2 selector meta_v1.LabelSelector?

type MetricSpec
    1 type string  required always
    2 object ObjectMetricSource?
    3 pods PodsMetricSource?
    4 resource ResourceMetricSource?
    7 containerResource ContainerResourceMetricSource?
    5 external ExternalMetricSource?

type MetricStatus
    1 type string  required always
    2 object ObjectMetricStatus?
    3 pods PodsMetricStatus?
    4 resource ResourceMetricStatus?
    7 containerResource ContainerResourceMetricStatus?
    5 external ExternalMetricStatus?

type MetricTarget
    1 type string  required always
    2 value quantity?
    3 averageValue quantity?
    4 averageUtilization int32?

type MetricValueStatus
    1 value quantity?
    2 averageValue quantity?
    3 averageUtilization int32?

type ObjectMetricSource
    1 describedObject CrossVersionObjectReference  required always
    2 target MetricTarget  required always
    3 metric MetricIdentifier  required always

type ObjectMetricStatus
    1 metric MetricIdentifier  required always
    2 current MetricValueStatus  required always
    3 describedObject CrossVersionObjectReference  required always

type PodsMetricSource
    1 metric MetricIdentifier  required always
    2 target MetricTarget  required always

type PodsMetricStatus
    1 metric MetricIdentifier  required always
    2 current MetricValueStatus  required always

type ResourceMetricSource
    1 name string  required always
    2 target MetricTarget  required always

type ResourceMetricStatus
    1 name string  required always
    2 current MetricValueStatus  required always
"""#

    private static let batch_v1: StaticString = #"""
package io.k8s.api.batch.v1 group batch version v1

kind CronJob
    resource cronjobs cronjob namespaced shortnames cj categories all
    subresource status CronJob get,patch,update
    column Name string name
    column Schedule string
    column Timezone string
    column Suspend boolean
    column Active integer
    column "Last Schedule" string
    column Age string
    column Containers string priority 1
    column Images string priority 1
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec CronJobSpec  required always
    3 status CronJobStatus  always

kind Job
    resource jobs job namespaced categories all
    subresource status Job get,patch,update
    selectable status.successful
    column Name string name
    column Status string
    column Completions string
    column Duration string
    column Age string
    column Containers string priority 1
    column Images string priority 1
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec JobSpec  always
    3 status JobStatus  always

type CronJobSpec
    1 schedule string  required always
    8 timeZone string?
    2 startingDeadlineSeconds int64?
    3 concurrencyPolicy string = "Allow"  enum(Allow,Forbid,Replace)
    4 suspend bool? = false
    5 jobTemplate JobTemplateSpec  required always
    6 successfulJobsHistoryLimit int32? = 3
    7 failedJobsHistoryLimit int32? = 1

type CronJobStatus
    1 active [core_v1.ObjectReference]  atomic
    4 lastScheduleTime time?
    5 lastSuccessfulTime time?

type JobCondition
    1 type string  required always
    2 status string  required always
    3 lastProbeTime time  always
    4 lastTransitionTime time  always
    5 reason string
    6 message string

type JobSpec
    1 parallelism int32?
    2 completions int32?
    3 activeDeadlineSeconds int64?
    11 podFailurePolicy PodFailurePolicy?
    16 successPolicy SuccessPolicy?
    7 backoffLimit int32?
    12 backoffLimitPerIndex int32?
    13 maxFailedIndexes int32?
    4 selector meta_v1.LabelSelector?  immutable
    5 manualSelector bool?
    6 template core_v1.PodTemplateSpec  required always
    8 ttlSecondsAfterFinished int32?
    9 completionMode string?  enum(Indexed,NonIndexed)
    10 suspend bool?
    14 podReplacementPolicy string?  enum(Failed,TerminatingOrFailed)
    15 managedBy string?

type JobStatus
    1 conditions [JobCondition]  atomic patch(merge,key=type)
    2 startTime time?
    3 completionTime time?
    4 active int32
    5 succeeded int32
    6 failed int32
    11 terminating int32?
    7 completedIndexes string
    10 failedIndexes string?
    8 uncountedTerminatedPods UncountedTerminatedPods?
    9 ready int32?

type JobTemplateSpec
    1 metadata meta_v1.ObjectMeta  always
    2 spec JobSpec  always

type PodFailurePolicy
    1 rules [PodFailurePolicyRule]  required always atomic

type PodFailurePolicyOnExitCodesRequirement
    1 containerName string?
    2 operator string  required always enum(In,NotIn)
    3 values [int32]  required always set

type PodFailurePolicyOnPodConditionsPattern
    1 type string  required always
    2 status string = "True"  always

type PodFailurePolicyRule
    1 action string  required always enum(Count,FailIndex,FailJob,Ignore)
    2 onExitCodes PodFailurePolicyOnExitCodesRequirement?
    3 onPodConditions [PodFailurePolicyOnPodConditionsPattern]  atomic

type SuccessPolicy
    1 rules [SuccessPolicyRule]  required always atomic

type SuccessPolicyRule
    1 succeededIndexes string?
    2 succeededCount int32?

type UncountedTerminatedPods
    1 succeeded [string]  set
    2 failed [string]  set
"""#

    private static let certificates_v1: StaticString = #"""
package io.k8s.api.certificates.v1 group certificates.k8s.io version v1

kind CertificateSigningRequest
    resource certificatesigningrequests certificatesigningrequest cluster shortnames csr
    subresource approval CertificateSigningRequest get,patch,update
    subresource status CertificateSigningRequest get,patch,update
    selectable spec.signerName
    column Name string name
    column Age string
    column SignerName string
    column Requestor string
    column RequestedDuration string
    column Condition string
    1 metadata meta_v1.ObjectMeta  always
    2 spec CertificateSigningRequestSpec  required always
    3 status CertificateSigningRequestStatus  always

type CertificateSigningRequestCondition
    1 type string  required always
    6 status string  required always
    2 reason string
    3 message string
    4 lastUpdateTime time  always
    5 lastTransitionTime time  always

type CertificateSigningRequestSpec
    1 request bytes  required always
    7 signerName string  required always
    8 expirationSeconds int32?
    5 usages [string]  atomic enum(any,cert sign,client auth,code signing,content commitment,crl sign,data encipherment,decipher only,digital signature,email protection,encipher only,ipsec end system,ipsec tunnel,ipsec user,key agreement,key encipherment,microsoft sgc,netscape sgc,ocsp signing,s/mime,server auth,signing,timestamping)
    2 username string
    3 uid string
    4 groups [string]  atomic
    6 extra [string: [string]]

type CertificateSigningRequestStatus
    1 conditions [CertificateSigningRequestCondition]  map(type)
    2 certificate bytes
"""#

    private static let certificates_v1alpha1: StaticString = #"""
package io.k8s.api.certificates.v1alpha1 group certificates.k8s.io version v1alpha1

kind ClusterTrustBundle
    resource clustertrustbundles clustertrustbundle cluster
    selectable spec.signerName
    column Name string name
    column SignerName string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ClusterTrustBundleSpec  required always

type ClusterTrustBundleSpec
    1 signerName string
    2 trustBundle string  required always
"""#

    private static let certificates_v1beta1: StaticString = #"""
package io.k8s.api.certificates.v1beta1 group certificates.k8s.io version v1beta1

kind ClusterTrustBundle
    resource clustertrustbundles clustertrustbundle cluster
    selectable spec.signerName
    column Name string name
    column SignerName string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ClusterTrustBundleSpec  required always

kind PodCertificateRequest
    resource podcertificaterequests podcertificaterequest namespaced
    subresource status PodCertificateRequest get,patch,update
    selectable spec.signerName,spec.podName,spec.nodeName
    column Name string name
    column PodName string
    column ServiceAccountName string
    column NodeName string
    column SignerName string
    column State string
    column UnverifiedUserAnnotations string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec PodCertificateRequestSpec  required always
    3 status PodCertificateRequestStatus  always

type ClusterTrustBundleSpec
    1 signerName string
    2 trustBundle string  required always

type PodCertificateRequestSpec
    1 signerName string  required always
    2 podName string  required always
    3 podUID string  required always
    4 serviceAccountName string  required always
    5 serviceAccountUID string  required always
    6 nodeName string  required always
    7 nodeUID string  required always
    8 maxExpirationSeconds int32?
    9 pkixPublicKey bytes  always
    10 proofOfPossession bytes  always
    12 stubPKCS10Request bytes  required always
    11 unverifiedUserAnnotations [string: string]

type PodCertificateRequestStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
    2 certificateChain string
    4 notBefore time?
    5 beginRefreshAt time?
    6 notAfter time?
"""#

    private static let coordination_v1: StaticString = #"""
package io.k8s.api.coordination.v1 group coordination.k8s.io version v1

kind Lease
    resource leases lease namespaced
    column Name string name
    column Holder string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec LeaseSpec  always

type LeaseSpec
    1 holderIdentity string?
    2 leaseDurationSeconds int32?
    3 acquireTime microTime?
    4 renewTime microTime?
    5 leaseTransitions int32?
    6 strategy string?
    7 preferredHolder string?
"""#

    private static let coordination_v1alpha2: StaticString = #"""
package io.k8s.api.coordination.v1alpha2 group coordination.k8s.io version v1alpha2

kind LeaseCandidate
    resource leasecandidates leasecandidate namespaced
    column Name string name
    column LeaseName string
    column BinaryVersion string
    column EmulationVersion string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec LeaseCandidateSpec  required always

type LeaseCandidateSpec
    1 leaseName string  required always
    2 pingTime microTime?
    3 renewTime microTime?
    4 binaryVersion string  required always
    5 emulationVersion string
    6 strategy string  required
"""#

    private static let coordination_v1beta1: StaticString = #"""
package io.k8s.api.coordination.v1beta1 group coordination.k8s.io version v1beta1

kind LeaseCandidate
    resource leasecandidates leasecandidate namespaced
    column Name string name
    column LeaseName string
    column BinaryVersion string
    column EmulationVersion string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec LeaseCandidateSpec  required always

type LeaseCandidateSpec
    1 leaseName string  required always
    2 pingTime microTime?
    3 renewTime microTime?
    4 binaryVersion string  required always
    5 emulationVersion string
    6 strategy string  required
"""#

    private static let core_v1: StaticString = #"""
package io.k8s.api.core.v1 group "" version v1

kind Binding
    resource bindings binding namespaced
    verbs create
    1 metadata meta_v1.ObjectMeta  always
    2 target ObjectReference  required always

kind ComponentStatus
    resource componentstatuses componentstatus cluster shortnames cs
    verbs get,list
    column Name string name
    column Status string
    column Message string
    column Error string
    1 metadata meta_v1.ObjectMeta  always
    2 conditions [ComponentCondition]  map(type) patch(merge,key=type)

kind ConfigMap
    resource configmaps configmap namespaced shortnames cm
    column Name string name
    column Data string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    4 immutable bool?
    2 data [string: string]
    3 binaryData [string: bytes]

kind Endpoints
    resource endpoints endpoints namespaced shortnames ep
    column Name string name
    column Endpoints string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 subsets [EndpointSubset]  atomic

kind Event
    resource events event namespaced shortnames ev
    selectable involvedObject.kind,involvedObject.namespace,involvedObject.name,involvedObject.uid,involvedObject.apiVersion,involvedObject.resourceVersion,involvedObject.fieldPath,reason,reportingComponent,source,type
    column "Last Seen" string
    column Type string
    column Reason string
    column Object string
    column Subobject string priority 1
    column Source string priority 1
    column Message string
    column "First Seen" string priority 1
    column Count string priority 1
    column Name string name priority 1
    1 metadata meta_v1.ObjectMeta  required always
    2 involvedObject ObjectReference  required always
    3 reason string
    4 message string
    5 source EventSource  always
    6 firstTimestamp time  always
    7 lastTimestamp time  always
    8 count int32
    9 type string
    10 eventTime microTime  always
    11 series EventSeries?
    12 action string
    13 related ObjectReference?
    14 reportingComponent string  always
    15 reportingInstance string  always

kind LimitRange
    resource limitranges limitrange namespaced shortnames limits
    column Name string name
    column "Created At" date
    1 metadata meta_v1.ObjectMeta  always
    2 spec LimitRangeSpec  always

kind Namespace
    resource namespaces namespace cluster shortnames ns
    verbs create,delete,get,list,patch,update,watch
    subresource finalize Namespace update
    subresource status Namespace get,patch,update
    selectable status.phase
    column Name string name
    column Status string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec NamespaceSpec  always
    3 status NamespaceStatus  always

kind Node
    resource nodes node cluster shortnames no
    subresource proxy NodeProxyOptions create,delete,get,patch,update
    subresource status Node get,patch,update
    selectable spec.unschedulable
    column Name string name
    column Status string
    column Roles string
    column Age string
    column Version string
    column Internal-IP string priority 1
    column External-IP string priority 1
    column OS-Image string priority 1
    column Kernel-Version string priority 1
    column Container-Runtime string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec NodeSpec  always
    3 status NodeStatus  always

kind NodeProxyOptions
    1 path string

kind PersistentVolumeClaim
    resource persistentvolumeclaims persistentvolumeclaim namespaced shortnames pvc
    subresource status PersistentVolumeClaim get,patch,update
    column Name string name
    column Status string
    column Volume string
    column Capacity string
    column "Access Modes" string
    column StorageClass string
    column VolumeAttributesClass string
    column Age string
    column VolumeMode string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec PersistentVolumeClaimSpec  always
    3 status PersistentVolumeClaimStatus  always

kind PersistentVolume
    resource persistentvolumes persistentvolume cluster shortnames pv
    subresource status PersistentVolume get,patch,update
    column Name string name
    column Capacity string
    column "Access Modes" string
    column "Reclaim Policy" string
    column Status string
    column Claim string
    column StorageClass string
    column VolumeAttributesClass string
    column Reason string
    column Age string
    column VolumeMode string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec PersistentVolumeSpec  always
    3 status PersistentVolumeStatus  always

kind Pod
    resource pods pod namespaced shortnames po categories all
    subresource attach PodAttachOptions create,get
    subresource binding Binding create
    subresource ephemeralcontainers Pod get,patch,update
    subresource eviction policy_v1.Eviction create
    subresource exec PodExecOptions create,get
    subresource log Pod get
    subresource portforward PodPortForwardOptions create,get
    subresource proxy PodProxyOptions create,delete,get,patch,update
    subresource resize Pod get,patch,update
    subresource status Pod get,patch,update
    selectable spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,spec.hostNetwork,status.phase,status.podIP,status.podIPs,status.nominatedNodeName
    column Name string name
    column Ready string
    column Status string
    column Restarts string
    column Age string
    column IP string priority 1
    column Node string priority 1
    column "Nominated Node" string priority 1
    column "Readiness Gates" string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec PodSpec  always
    3 status PodStatus  always

kind PodAttachOptions
    1 stdin bool
    2 stdout bool
    3 stderr bool
    4 tty bool
    5 container string

kind PodExecOptions
    1 stdin bool
    2 stdout bool
    3 stderr bool
    4 tty bool
    5 container string
    6 command [string]  always

kind PodPortForwardOptions
    1 ports [int32]

kind PodProxyOptions
    1 path string

kind PodTemplate
    resource podtemplates podtemplate namespaced
    column Name string name
    column Containers string
    column Images string
    column "Pod Labels" string
    1 metadata meta_v1.ObjectMeta  always
    2 template PodTemplateSpec  always

kind ReplicationController
    resource replicationcontrollers replicationcontroller namespaced shortnames rc categories all
    subresource scale autoscaling_v1.Scale get,patch,update
    subresource status ReplicationController get,patch,update
    selectable status.replicas
    column Name string name
    column Desired integer
    column Current integer
    column Ready integer
    column Age string
    column Containers string priority 1
    column Images string priority 1
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec ReplicationControllerSpec  always
    3 status ReplicationControllerStatus  always

kind ResourceQuota
    resource resourcequotas resourcequota namespaced shortnames quota
    subresource status ResourceQuota get,patch,update
    column Name string name
    column Request string
    column Limit string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceQuotaSpec  always
    3 status ResourceQuotaStatus  always

kind Secret
    resource secrets secret namespaced
    selectable type
    column Name string name
    column Type string
    column Data string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    5 immutable bool?
    2 data [string: bytes]
    4 stringData [string: string]
    3 type string = "Opaque"  immutable

kind ServiceAccount
    resource serviceaccounts serviceaccount namespaced shortnames sa
    subresource token authentication_v1.TokenRequest create
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 secrets [ObjectReference]  map(name) patch(merge,key=name)
    3 imagePullSecrets [LocalObjectReference]  atomic
    4 automountServiceAccountToken bool?

kind Service
    resource services service namespaced shortnames svc categories all
    subresource proxy ServiceProxyOptions create,delete,get,patch,update
    subresource status Service get,patch,update
    selectable spec.clusterIP,spec.type
    column Name string name
    column Type string
    column Cluster-IP string
    column External-IP string
    column Port(s) string
    column Age string
    column Selector string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 spec ServiceSpec  always
    3 status ServiceStatus  always

kind ServiceProxyOptions
    1 path string

kind PodLogOptions
    1 container string
    2 follow bool
    3 previous bool
    4 sinceSeconds int64?
    5 sinceTime time?
    6 timestamps bool
    7 tailLines int64?
    8 limitBytes int64?
    9 insecureSkipTLSVerifyBackend bool
    10 stream string?

kind RangeAllocation
    1 metadata meta_v1.ObjectMeta  always
    2 range string  always
    3 data bytes  always

kind SerializedReference
    1 reference ObjectReference  always

type AWSElasticBlockStoreVolumeSource
    1 volumeID string  required always
    2 fsType string
    3 partition int32
    4 readOnly bool

type Affinity
    1 nodeAffinity NodeAffinity?
    2 podAffinity PodAffinity?
    3 podAntiAffinity PodAntiAffinity?

type AppArmorProfile
    union type localhostProfile=LocalhostProfile
    1 type string  required always enum(Localhost,RuntimeDefault,Unconfined)
    2 localhostProfile string?

type AttachedVolume
    1 name string  required always
    2 devicePath string  required always

type AzureDiskVolumeSource
    1 diskName string  required always
    2 diskURI string  required always
    3 cachingMode string? = "ReadWrite" published  enum(None,ReadOnly,ReadWrite)
    4 fsType string? = "ext4" published
    5 readOnly bool? = false
    6 kind string? = "Shared" published  enum(Dedicated,Managed,Shared)

type AzureFilePersistentVolumeSource
    1 secretName string  required always
    2 shareName string  required always
    3 readOnly bool
    4 secretNamespace string?  always

type AzureFileVolumeSource
    1 secretName string  required always
    2 shareName string  required always
    3 readOnly bool

type CSIPersistentVolumeSource
    1 driver string  required always
    2 volumeHandle string  required always
    3 readOnly bool
    4 fsType string
    5 volumeAttributes [string: string]
    6 controllerPublishSecretRef SecretReference?
    7 nodeStageSecretRef SecretReference?
    8 nodePublishSecretRef SecretReference?
    9 controllerExpandSecretRef SecretReference?
    10 nodeExpandSecretRef SecretReference?

type CSIVolumeSource
    1 driver string  required always
    2 readOnly bool?
    3 fsType string?
    4 volumeAttributes [string: string]
    5 nodePublishSecretRef LocalObjectReference?

type Capabilities
    1 add [string]  atomic
    2 drop [string]  atomic

type CephFSPersistentVolumeSource
    1 monitors [string]  required always atomic
    2 path string
    3 user string
    4 secretFile string
    5 secretRef SecretReference?
    6 readOnly bool

type CephFSVolumeSource
    1 monitors [string]  required always atomic
    2 path string
    3 user string
    4 secretFile string
    5 secretRef LocalObjectReference?
    6 readOnly bool

type CinderPersistentVolumeSource
    1 volumeID string  required always
    2 fsType string
    3 readOnly bool
    4 secretRef SecretReference?

type CinderVolumeSource
    1 volumeID string  required always
    2 fsType string
    3 readOnly bool
    4 secretRef LocalObjectReference?

type ClientIPConfig
    1 timeoutSeconds int32?

type ClusterTrustBundleProjection
    1 name string?
    2 signerName string?
    3 labelSelector meta_v1.LabelSelector?
    5 optional bool?
    4 path string  required always

type ComponentCondition
    1 type string  required always
    2 status string  required always
    3 message string
    4 error string

type ConfigMapEnvSource
    1 inline LocalObjectReference
    2 optional bool?

type ConfigMapKeySelector atomic
    1 inline LocalObjectReference
    2 key string  required always
    3 optional bool?

type ConfigMapNodeConfigSource
    1 namespace string  required always
    2 name string  required always
    3 uid string
    4 resourceVersion string
    5 kubeletConfigKey string  required always

type ConfigMapProjection
    1 inline LocalObjectReference
    2 items [KeyToPath]  atomic
    4 optional bool?

type ConfigMapVolumeSource
    1 inline LocalObjectReference
    2 items [KeyToPath]  atomic
    3 defaultMode int32? = 420
    4 optional bool?

type Container
    1 name string  required always
    2 image string
    3 command [string]  atomic
    4 args [string]  atomic
    5 workingDir string
    6 ports [ContainerPort]  map(containerPort,protocol) patch(merge,key=containerPort)
    19 envFrom [EnvFromSource]  atomic
    7 env [EnvVar]  map(name) patch(merge,key=name)
    8 resources ResourceRequirements  always
    23 resizePolicy [ContainerResizePolicy]  atomic
    24 restartPolicy string?
    25 restartPolicyRules [ContainerRestartRule]  atomic
    9 volumeMounts [VolumeMount]  map(mountPath) patch(merge,key=mountPath)
    21 volumeDevices [VolumeDevice]  map(devicePath) patch(merge,key=devicePath)
    10 livenessProbe Probe?
    11 readinessProbe Probe?
    22 startupProbe Probe?
    12 lifecycle Lifecycle?
    13 terminationMessagePath string = "/dev/termination-log"
    20 terminationMessagePolicy string = "File"  enum(FallbackToLogsOnError,File)
    14 imagePullPolicy string  enum(Always,IfNotPresent,Never)
    15 securityContext SecurityContext?
    16 stdin bool
    17 stdinOnce bool
    18 tty bool

type ContainerExtendedResourceRequest
    1 containerName string  required always
    2 resourceName string  required always
    3 requestName string  required always

type ContainerImage
    1 names [string]  always atomic
    2 sizeBytes int64

type ContainerPort
    1 name string
    2 hostPort int32
    3 containerPort int32  required always
    4 protocol string = "TCP" published  enum(SCTP,TCP,UDP)
    5 hostIP string

type ContainerResizePolicy
    1 resourceName string  required always
    2 restartPolicy string  required always

type ContainerRestartRule
    1 action string  required
    2 exitCodes ContainerRestartRuleOnExitCodes?

type ContainerRestartRuleOnExitCodes
    1 operator string  required
    2 values [int32]  set

type ContainerState
    1 waiting ContainerStateWaiting?
    2 running ContainerStateRunning?
    3 terminated ContainerStateTerminated?

type ContainerStateRunning
    1 startedAt time  always

type ContainerStateTerminated
    1 exitCode int32  required always
    2 signal int32
    3 reason string
    4 message string
    5 startedAt time  always
    6 finishedAt time  always
    7 containerID string

type ContainerStateWaiting
    1 reason string
    2 message string

type ContainerStatus
    1 name string  required always
    2 state ContainerState  always
    3 lastState ContainerState  always
    4 ready bool  required always
    5 restartCount int32  required always
    6 image string  required always
    7 imageID string  required always
    8 containerID string
    9 started bool?
    10 allocatedResources [string: quantity]
    11 resources ResourceRequirements?
    12 volumeMounts [VolumeMountStatus]  map(mountPath) patch(merge,key=mountPath)
    13 user ContainerUser?
    14 allocatedResourcesStatus [ResourceStatus]  map(name) patch(merge,key=name)
    15 stopSignal string?  enum(SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGPIPE,SIGPOLL,SIGPROF,SIGPWR,SIGQUIT,SIGRTMAX,SIGRTMAX-1,SIGRTMAX-10,SIGRTMAX-11,SIGRTMAX-12,SIGRTMAX-13,SIGRTMAX-14,SIGRTMAX-2,SIGRTMAX-3,SIGRTMAX-4,SIGRTMAX-5,SIGRTMAX-6,SIGRTMAX-7,SIGRTMAX-8,SIGRTMAX-9,SIGRTMIN,SIGRTMIN+1,SIGRTMIN+10,SIGRTMIN+11,SIGRTMIN+12,SIGRTMIN+13,SIGRTMIN+14,SIGRTMIN+15,SIGRTMIN+2,SIGRTMIN+3,SIGRTMIN+4,SIGRTMIN+5,SIGRTMIN+6,SIGRTMIN+7,SIGRTMIN+8,SIGRTMIN+9,SIGSEGV,SIGSTKFLT,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGVTALRM,SIGWINCH,SIGXCPU,SIGXFSZ)

type ContainerUser
    1 linux LinuxContainerUser?

type DaemonEndpoint
    1 Port int32  required always

type DownwardAPIProjection
    1 items [DownwardAPIVolumeFile]  atomic

type DownwardAPIVolumeFile
    1 path string  required always
    2 fieldRef ObjectFieldSelector?
    3 resourceFieldRef ResourceFieldSelector?
    4 mode int32?

type DownwardAPIVolumeSource
    1 items [DownwardAPIVolumeFile]  atomic
    2 defaultMode int32? = 420

type EmptyDirVolumeSource
    1 medium string
    2 sizeLimit quantity?

type EndpointAddress atomic
    1 ip string  required always
    3 hostname string
    4 nodeName string?
    2 targetRef ObjectReference?

type EndpointPort atomic
    1 name string
    2 port int32  required always
    3 protocol string = "TCP"  enum(SCTP,TCP,UDP)
    4 appProtocol string?

type EndpointSubset
    1 addresses [EndpointAddress]  atomic
    2 notReadyAddresses [EndpointAddress]  atomic
    3 ports [EndpointPort]  atomic

type EnvFromSource
    1 prefix string
    2 configMapRef ConfigMapEnvSource?
    3 secretRef SecretEnvSource?

type EnvVar
    1 name string  required always
    2 value string
    3 valueFrom EnvVarSource?

type EnvVarSource
    1 fieldRef ObjectFieldSelector?
    2 resourceFieldRef ResourceFieldSelector?
    3 configMapKeyRef ConfigMapKeySelector?
    4 secretKeyRef SecretKeySelector?
    5 fileKeyRef FileKeySelector?

type EphemeralContainer
    1 inline EphemeralContainerCommon
    2 targetContainerName string

type EphemeralContainerCommon part
    1 name string  required always
    2 image string
    3 command [string]  atomic
    4 args [string]  atomic
    5 workingDir string
    6 ports [ContainerPort]  map(containerPort,protocol) patch(merge,key=containerPort)
    19 envFrom [EnvFromSource]  atomic
    7 env [EnvVar]  map(name) patch(merge,key=name)
    8 resources ResourceRequirements  always
    23 resizePolicy [ContainerResizePolicy]  atomic
    24 restartPolicy string?
    25 restartPolicyRules [ContainerRestartRule]  atomic
    9 volumeMounts [VolumeMount]  map(mountPath) patch(merge,key=mountPath)
    21 volumeDevices [VolumeDevice]  map(devicePath) patch(merge,key=devicePath)
    10 livenessProbe Probe?
    11 readinessProbe Probe?
    22 startupProbe Probe?
    12 lifecycle Lifecycle?
    13 terminationMessagePath string = "/dev/termination-log"
    20 terminationMessagePolicy string = "File"  enum(FallbackToLogsOnError,File)
    14 imagePullPolicy string  enum(Always,IfNotPresent,Never)
    15 securityContext SecurityContext?
    16 stdin bool
    17 stdinOnce bool
    18 tty bool

type EphemeralVolumeSource
    1 volumeClaimTemplate PersistentVolumeClaimTemplate?

type EventSeries
    1 count int32
    2 lastObservedTime microTime  always

type EventSource
    1 component string
    2 host string

type ExecAction
    1 command [string]  atomic

type FCVolumeSource
    1 targetWWNs [string]  atomic
    2 lun int32?
    3 fsType string
    4 readOnly bool
    5 wwids [string]  atomic

type FileKeySelector atomic
    1 volumeName string  required always
    2 path string  required always
    3 key string  required always
    4 optional bool? = false

type FlexPersistentVolumeSource
    1 driver string  required always
    2 fsType string
    3 secretRef SecretReference?
    4 readOnly bool
    5 options [string: string]

type FlexVolumeSource
    1 driver string  required always
    2 fsType string
    3 secretRef LocalObjectReference?
    4 readOnly bool
    5 options [string: string]

type FlockerVolumeSource
    1 datasetName string
    2 datasetUUID string

type GCEPersistentDiskVolumeSource
    1 pdName string  required always
    2 fsType string
    3 partition int32
    4 readOnly bool

type GRPCAction
    1 port int32  required always
    2 service string? = ""  always

type GitRepoVolumeSource
    1 repository string  required always
    2 revision string
    3 directory string

type GlusterfsPersistentVolumeSource
    1 endpoints string  required always
    2 path string  required always
    3 readOnly bool
    4 endpointsNamespace string?

type GlusterfsVolumeSource
    1 endpoints string  required always
    2 path string  required always
    3 readOnly bool

type HTTPGetAction
    1 path string = "/"
    2 port intOrString  required always
    3 host string
    4 scheme string = "HTTP"  enum(HTTP,HTTPS)
    5 httpHeaders [HTTPHeader]  atomic

type HTTPHeader
    1 name string  required always
    2 value string  required always

type HostAlias
    1 ip string  required always
    2 hostnames [string]  atomic

type HostIP
    1 ip string  required always

type HostPathVolumeSource
    1 path string  required always
    2 type string? = ""  enum("",BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket)

type ISCSIPersistentVolumeSource
    1 targetPortal string  required always
    2 iqn string  required always
    3 lun int32  required always
    4 iscsiInterface string = "default" published
    5 fsType string
    6 readOnly bool
    7 portals [string]  atomic
    8 chapAuthDiscovery bool
    11 chapAuthSession bool
    10 secretRef SecretReference?
    12 initiatorName string?

type ISCSIVolumeSource
    1 targetPortal string  required always
    2 iqn string  required always
    3 lun int32  required always
    4 iscsiInterface string = "default" published
    5 fsType string
    6 readOnly bool
    7 portals [string]  atomic
    8 chapAuthDiscovery bool
    11 chapAuthSession bool
    10 secretRef LocalObjectReference?
    12 initiatorName string?

type ImageVolumeSource
    1 reference string
    2 pullPolicy string  enum(Always,IfNotPresent,Never)

type ImageVolumeStatus
    1 imageRef string  required

type KeyToPath
    1 key string  required always
    2 path string  required always
    3 mode int32?

type Lifecycle
    1 postStart LifecycleHandler?
    2 preStop LifecycleHandler?
    3 stopSignal string?  enum(SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGPIPE,SIGPOLL,SIGPROF,SIGPWR,SIGQUIT,SIGRTMAX,SIGRTMAX-1,SIGRTMAX-10,SIGRTMAX-11,SIGRTMAX-12,SIGRTMAX-13,SIGRTMAX-14,SIGRTMAX-2,SIGRTMAX-3,SIGRTMAX-4,SIGRTMAX-5,SIGRTMAX-6,SIGRTMAX-7,SIGRTMAX-8,SIGRTMAX-9,SIGRTMIN,SIGRTMIN+1,SIGRTMIN+10,SIGRTMIN+11,SIGRTMIN+12,SIGRTMIN+13,SIGRTMIN+14,SIGRTMIN+15,SIGRTMIN+2,SIGRTMIN+3,SIGRTMIN+4,SIGRTMIN+5,SIGRTMIN+6,SIGRTMIN+7,SIGRTMIN+8,SIGRTMIN+9,SIGSEGV,SIGSTKFLT,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGVTALRM,SIGWINCH,SIGXCPU,SIGXFSZ)

type LifecycleHandler
    1 exec ExecAction?
    2 httpGet HTTPGetAction?
    3 tcpSocket TCPSocketAction?
    4 sleep SleepAction?

type LimitRangeItem
    1 type string  required always
    2 max [string: quantity]
    3 min [string: quantity]
    4 default [string: quantity]
    5 defaultRequest [string: quantity]
    6 maxLimitRequestRatio [string: quantity]

type LimitRangeSpec
    1 limits [LimitRangeItem]  required always atomic

type LinuxContainerUser
    1 uid int64  required always
    2 gid int64  required always
    3 supplementalGroups [int64]  atomic

type LoadBalancerIngress
    1 ip string
    2 hostname string
    3 ipMode string?
    4 ports [PortStatus]  atomic

type LoadBalancerStatus
    1 ingress [LoadBalancerIngress]  atomic

type LocalObjectReference atomic
    1 name string = ""

type LocalVolumeSource
    1 path string  required always
    2 fsType string?

type ModifyVolumeStatus
    1 targetVolumeAttributesClassName string
    2 status string  required always enum(InProgress,Infeasible,Pending)

type NFSVolumeSource
    1 server string  required always
    2 path string  required always
    3 readOnly bool

type NamespaceCondition
    1 type string  required always
    2 status string  required always
    4 lastTransitionTime time  always
    5 reason string
    6 message string

type NamespaceSpec
    1 finalizers [string]  atomic

type NamespaceStatus
    1 phase string = "Active"  enum(Active,Terminating)
    2 conditions [NamespaceCondition]  map(type) patch(merge,key=type)

type NodeAddress
    1 type string  required always
    2 address string  required always

type NodeAffinity
    1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector?
    2 preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]  atomic

type NodeAllocatableResourceClaimStatus
    1 resourceClaimName string  required always
    2 containers [string]  set
    3 resources [string: quantity]  required always

type NodeCondition
    1 type string  required always
    2 status string  required always
    3 lastHeartbeatTime time  always
    4 lastTransitionTime time  always
    5 reason string
    6 message string

type NodeConfigSource
    2 configMap ConfigMapNodeConfigSource?

type NodeConfigStatus
    1 assigned NodeConfigSource?
    2 active NodeConfigSource?
    3 lastKnownGood NodeConfigSource?
    4 error string

type NodeDaemonEndpoints
    1 kubeletEndpoint DaemonEndpoint  always

type NodeFeatures
    1 supplementalGroupsPolicy bool?

type NodeRuntimeHandler
    1 name string  always
    2 features NodeRuntimeHandlerFeatures?

type NodeRuntimeHandlerFeatures
    1 recursiveReadOnlyMounts bool?
    2 userNamespaces bool?

type NodeSelector atomic
    1 nodeSelectorTerms [NodeSelectorTerm]  required always atomic

type NodeSelectorRequirement
    1 key string  required always
    2 operator string  required always enum(DoesNotExist,Exists,Gt,In,Lt,NotIn)
    3 values [string]  atomic

type NodeSelectorTerm atomic
    1 matchExpressions [NodeSelectorRequirement]  atomic
    2 matchFields [NodeSelectorRequirement]  atomic

type NodeSpec
    1 podCIDR string
    7 podCIDRs [string]  set patch(merge)
    3 providerID string
    4 unschedulable bool
    5 taints [Taint]  atomic
    6 configSource NodeConfigSource?
    2 externalID string

type NodeStatus
    1 capacity [string: quantity]
    2 allocatable [string: quantity]
    3 phase string  enum(Pending,Running,Terminated)
    4 conditions [NodeCondition]  map(type) patch(merge,key=type)
    5 addresses [NodeAddress]  map(type) patch(merge,key=type)
    6 daemonEndpoints NodeDaemonEndpoints  always
    7 nodeInfo NodeSystemInfo  always
    8 images [ContainerImage]  atomic
    9 volumesInUse [string]  atomic
    10 volumesAttached [AttachedVolume]  atomic
    11 config NodeConfigStatus?
    12 runtimeHandlers [NodeRuntimeHandler]  atomic
    13 features NodeFeatures?
    14 declaredFeatures [string]  atomic

type NodeSwapStatus
    1 capacity int64?

type NodeSystemInfo
    1 machineID string  required always
    2 systemUUID string  required always
    3 bootID string  required always
    4 kernelVersion string  required always
    5 osImage string  required always
    6 containerRuntimeVersion string  required always
    7 kubeletVersion string  required always
    8 kubeProxyVersion string  required always
    9 operatingSystem string  required always
    10 architecture string  required always
    11 swap NodeSwapStatus?

type ObjectFieldSelector atomic
    1 apiVersion string = "v1"
    2 fieldPath string  required always

type ObjectReference atomic
    1 kind string
    2 namespace string
    3 name string
    4 uid string
    5 apiVersion string
    6 resourceVersion string
    7 fieldPath string

type PersistentVolumeClaimCondition
    1 type string  required always
    2 status string  required always
    3 lastProbeTime time  always
    4 lastTransitionTime time  always
    5 reason string
    6 message string

type PersistentVolumeClaimSpec
    1 accessModes [string]  atomic enum(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod)
    4 selector meta_v1.LabelSelector?
    2 resources VolumeResourceRequirements  always
    3 volumeName string
    5 storageClassName string?
    6 volumeMode string? = "Filesystem"  enum(Block,Filesystem)
    7 dataSource TypedLocalObjectReference?
    8 dataSourceRef TypedObjectReference?
    9 volumeAttributesClassName string?

type PersistentVolumeClaimStatus
    1 phase string = "Pending"  enum(Bound,Lost,Pending)
    2 accessModes [string]  atomic enum(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod)
    3 capacity [string: quantity]
    4 conditions [PersistentVolumeClaimCondition]  map(type) patch(merge,key=type)
    5 allocatedResources [string: quantity]
    7 allocatedResourceStatuses [string: string]  granular enum(ControllerResizeInProgress,ControllerResizeInfeasible,NodeResizeInProgress,NodeResizeInfeasible,NodeResizePending)
    8 currentVolumeAttributesClassName string?
    9 modifyVolumeStatus ModifyVolumeStatus?

type PersistentVolumeClaimTemplate
    1 metadata meta_v1.ObjectMeta  always
    2 spec PersistentVolumeClaimSpec  required always

type PersistentVolumeClaimVolumeSource
    1 claimName string  required always
    2 readOnly bool

type PersistentVolumeSource part
    1 gcePersistentDisk GCEPersistentDiskVolumeSource?
    2 awsElasticBlockStore AWSElasticBlockStoreVolumeSource?
    3 hostPath HostPathVolumeSource?
    4 glusterfs GlusterfsPersistentVolumeSource?
    5 nfs NFSVolumeSource?
    6 rbd RBDPersistentVolumeSource?
    7 iscsi ISCSIPersistentVolumeSource?
    8 cinder CinderPersistentVolumeSource?
    9 cephfs CephFSPersistentVolumeSource?
    10 fc FCVolumeSource?
    11 flocker FlockerVolumeSource?
    12 flexVolume FlexPersistentVolumeSource?
    13 azureFile AzureFilePersistentVolumeSource?
    14 vsphereVolume VsphereVirtualDiskVolumeSource?
    15 quobyte QuobyteVolumeSource?
    16 azureDisk AzureDiskVolumeSource?
    17 photonPersistentDisk PhotonPersistentDiskVolumeSource?
    18 portworxVolume PortworxVolumeSource?
    19 scaleIO ScaleIOPersistentVolumeSource?
    20 local LocalVolumeSource?
    21 storageos StorageOSPersistentVolumeSource?
    22 csi CSIPersistentVolumeSource?

type PersistentVolumeSpec
    1 capacity [string: quantity]
    2 inline PersistentVolumeSource
    3 accessModes [string]  atomic enum(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod)
    4 claimRef ObjectReference?  granular
    5 persistentVolumeReclaimPolicy string  enum(Delete,Recycle,Retain)
    6 storageClassName string
    7 mountOptions [string]  atomic
    8 volumeMode string?  enum(Block,Filesystem)
    9 nodeAffinity VolumeNodeAffinity?
    10 volumeAttributesClassName string?

type PersistentVolumeStatus
    1 phase string = "Pending"  enum(Available,Bound,Failed,Pending,Released)
    2 message string
    3 reason string
    4 lastPhaseTransitionTime time?

type PhotonPersistentDiskVolumeSource
    1 pdID string  required always
    2 fsType string

type PodAffinity
    1 requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]  atomic
    2 preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]  atomic

type PodAffinityTerm
    1 labelSelector meta_v1.LabelSelector?
    2 namespaces [string]  atomic
    3 topologyKey string  required always
    4 namespaceSelector meta_v1.LabelSelector?
    5 matchLabelKeys [string]  atomic
    6 mismatchLabelKeys [string]  atomic

type PodAntiAffinity
    1 requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]  atomic
    2 preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]  atomic

type PodCertificateProjection
    1 signerName string  required
    2 keyType string  required
    3 maxExpirationSeconds int32?
    4 credentialBundlePath string
    5 keyPath string
    6 certificateChainPath string
    7 userAnnotations [string: string]

type PodCondition
    1 type string  required always
    7 observedGeneration int64
    2 status string  required always
    3 lastProbeTime time  always
    4 lastTransitionTime time  always
    5 reason string
    6 message string

type PodDNSConfig
    1 nameservers [string]  atomic
    2 searches [string]  atomic
    3 options [PodDNSConfigOption]  atomic

type PodDNSConfigOption
    1 name string
    2 value string?

type PodExtendedResourceClaimStatus
    1 requestMappings [ContainerExtendedResourceRequest]  required always atomic
    2 resourceClaimName string  required always

type PodIP
    1 ip string  required always

type PodOS
    1 name string  required always

type PodReadinessGate
    1 conditionType string  required always

type PodResourceClaim
    1 name string  required always
    3 resourceClaimName string?
    4 resourceClaimTemplateName string?

type PodResourceClaimStatus
    1 name string  required always
    2 resourceClaimName string?

type PodSchedulingGate
    1 name string  required always

type PodSchedulingGroup
    union - podGroupName=PodGroupName
    1 podGroupName string?

type PodSecurityContext
    1 seLinuxOptions SELinuxOptions?
    8 windowsOptions WindowsSecurityContextOptions?
    2 runAsUser int64?
    6 runAsGroup int64?
    3 runAsNonRoot bool?
    4 supplementalGroups [int64]  atomic
    12 supplementalGroupsPolicy string?  enum(Merge,Strict)
    5 fsGroup int64?
    7 sysctls [Sysctl]  atomic
    9 fsGroupChangePolicy string?  enum(Always,OnRootMismatch)
    10 seccompProfile SeccompProfile?
    11 appArmorProfile AppArmorProfile?
    13 seLinuxChangePolicy string?

type PodSpec
    1 volumes [Volume]  map(name) patch(merge,retainKeys,key=name)
    20 initContainers [Container]  map(name) patch(merge,key=name)
    2 containers [Container]  required always map(name) patch(merge,key=name)
    34 ephemeralContainers [EphemeralContainer]  map(name) patch(merge,key=name)
    3 restartPolicy string = "Always"  enum(Always,Never,OnFailure)
    4 terminationGracePeriodSeconds int64? = 30
    5 activeDeadlineSeconds int64?
    6 dnsPolicy string = "ClusterFirst"  enum(ClusterFirst,ClusterFirstWithHostNet,Default,None)
    7 nodeSelector [string: string]  atomic
    8 serviceAccountName string
    9 serviceAccount string
    21 automountServiceAccountToken bool?
    10 nodeName string
    11 hostNetwork bool
    12 hostPID bool
    13 hostIPC bool
    27 shareProcessNamespace bool?
    14 securityContext PodSecurityContext? = {}
    15 imagePullSecrets [LocalObjectReference]  map(name) patch(merge,key=name)
    16 hostname string
    17 subdomain string
    18 affinity Affinity?
    19 schedulerName string = "default-scheduler"
    22 tolerations [Toleration]  atomic
    23 hostAliases [HostAlias]  map(ip) patch(merge,key=ip)
    24 priorityClassName string
    25 priority int32?
    26 dnsConfig PodDNSConfig?
    28 readinessGates [PodReadinessGate]  atomic
    29 runtimeClassName string?
    30 enableServiceLinks bool?
    31 preemptionPolicy string?  enum(Never,PreemptLowerPriority)
    32 overhead [string: quantity]
    33 topologySpreadConstraints [TopologySpreadConstraint]  map(topologyKey,whenUnsatisfiable) patch(merge,key=topologyKey)
    35 setHostnameAsFQDN bool?
    36 os PodOS?
    37 hostUsers bool?
    38 schedulingGates [PodSchedulingGate]  map(name) patch(merge,key=name)
    39 resourceClaims [PodResourceClaim]  map(name) patch(merge,retainKeys,key=name)
    40 resources ResourceRequirements?
    41 hostnameOverride string?
    43 schedulingGroup PodSchedulingGroup?

type PodStatus
    17 observedGeneration int64
    1 phase string  enum(Failed,Pending,Running,Succeeded,Unknown)
    2 conditions [PodCondition]  map(type) patch(merge,key=type)
    3 message string
    4 reason string
    11 nominatedNodeName string
    5 hostIP string
    16 hostIPs [HostIP]  atomic patch(merge,key=ip)
    6 podIP string
    12 podIPs [PodIP]  map(ip) patch(merge,key=ip)
    7 startTime time?
    10 initContainerStatuses [ContainerStatus]  atomic
    8 containerStatuses [ContainerStatus]  atomic
    9 qosClass string  enum(BestEffort,Burstable,Guaranteed)
    13 ephemeralContainerStatuses [ContainerStatus]  atomic
    14 resize string
    15 resourceClaimStatuses [PodResourceClaimStatus]  map(name) patch(merge,retainKeys,key=name)
    18 extendedResourceClaimStatus PodExtendedResourceClaimStatus?
    19 allocatedResources [string: quantity]
    20 resources ResourceRequirements?
    21 nodeAllocatableResourceClaimStatuses [NodeAllocatableResourceClaimStatus]  atomic

type PodTemplateSpec
    1 metadata meta_v1.ObjectMeta  always
    2 spec PodSpec  always

type PortStatus
    1 port int32  required always
    2 protocol string  required always enum(SCTP,TCP,UDP)
    3 error string?

type PortworxVolumeSource
    1 volumeID string  required always
    2 fsType string
    3 readOnly bool

type PreferredSchedulingTerm
    1 weight int32  required always
    2 preference NodeSelectorTerm  required always

type Probe
    1 inline ProbeHandler
    2 initialDelaySeconds int32
    3 timeoutSeconds int32 = 1
    4 periodSeconds int32 = 10
    5 successThreshold int32 = 1
    6 failureThreshold int32 = 3
    7 terminationGracePeriodSeconds int64?

type ProbeHandler part
    1 exec ExecAction?
    2 httpGet HTTPGetAction?
    3 tcpSocket TCPSocketAction?
    4 grpc GRPCAction?

type ProjectedVolumeSource
    1 sources [VolumeProjection]  always atomic
    2 defaultMode int32? = 420

type QuobyteVolumeSource
    1 registry string  required always
    2 volume string  required always
    3 readOnly bool
    4 user string
    5 group string
    6 tenant string

type RBDPersistentVolumeSource
    1 monitors [string]  required always atomic
    2 image string  required always
    3 fsType string
    4 pool string = "rbd" published
    5 user string = "admin" published
    6 keyring string = "/etc/ceph/keyring" published
    7 secretRef SecretReference?
    8 readOnly bool

type RBDVolumeSource
    1 monitors [string]  required always atomic
    2 image string  required always
    3 fsType string
    4 pool string = "rbd" published
    5 user string = "admin" published
    6 keyring string = "/etc/ceph/keyring" published
    7 secretRef LocalObjectReference?
    8 readOnly bool

type ReplicationControllerCondition
    1 type string  required always
    2 status string  required always
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type ReplicationControllerSpec
    1 replicas int32? = 1 published  min 0
    4 minReadySeconds int32 = 0  min 0
    2 selector [string: string]  atomic
    3 template PodTemplateSpec?

type ReplicationControllerStatus
    1 replicas int32  required always
    2 fullyLabeledReplicas int32
    4 readyReplicas int32
    5 availableReplicas int32
    3 observedGeneration int64
    6 conditions [ReplicationControllerCondition]  map(type) patch(merge,key=type)

type ResourceClaim
    1 name string  required always
    2 request string

type ResourceFieldSelector atomic
    1 containerName string
    2 resource string  required always
    3 divisor quantity  always

type ResourceHealth
    1 resourceID string  required always
    2 health string
    6 message string?

type ResourceQuotaSpec
    1 hard [string: quantity]
    2 scopes [string]  atomic enum(BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass)
    3 scopeSelector ScopeSelector?

type ResourceQuotaStatus
    1 hard [string: quantity]
    2 used [string: quantity]

type ResourceRequirements
    1 limits [string: quantity]
    2 requests [string: quantity]
    3 claims [ResourceClaim]  map(name)

type ResourceStatus
    1 name string  required always
    2 resources [ResourceHealth]  map(resourceID)

type SELinuxOptions
    1 user string
    2 role string
    3 type string
    4 level string

type ScaleIOPersistentVolumeSource
    1 gateway string  required always
    2 system string  required always
    3 secretRef SecretReference?  required always
    4 sslEnabled bool
    5 protectionDomain string
    6 storagePool string
    7 storageMode string = "ThinProvisioned" published
    8 volumeName string
    9 fsType string = "xfs" published
    10 readOnly bool

type ScaleIOVolumeSource
    1 gateway string  required always
    2 system string  required always
    3 secretRef LocalObjectReference?  required always
    4 sslEnabled bool
    5 protectionDomain string
    6 storagePool string
    7 storageMode string = "ThinProvisioned" published
    8 volumeName string
    9 fsType string = "xfs" published
    10 readOnly bool

type ScopeSelector atomic
    1 matchExpressions [ScopedResourceSelectorRequirement]  atomic

type ScopedResourceSelectorRequirement
    1 scopeName string  required always enum(BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass)
    2 operator string  required always enum(DoesNotExist,Exists,In,NotIn)
    3 values [string]  atomic

type SeccompProfile
    union type localhostProfile=LocalhostProfile
    1 type string  required always enum(Localhost,RuntimeDefault,Unconfined)
    2 localhostProfile string?

type SecretEnvSource
    1 inline LocalObjectReference
    2 optional bool?

type SecretKeySelector atomic
    1 inline LocalObjectReference
    2 key string  required always
    3 optional bool?

type SecretProjection
    1 inline LocalObjectReference
    2 items [KeyToPath]  atomic
    4 optional bool?

type SecretReference atomic
    1 name string
    2 namespace string

type SecretVolumeSource
    1 secretName string
    2 items [KeyToPath]  atomic
    3 defaultMode int32? = 420
    4 optional bool?

type SecurityContext
    1 capabilities Capabilities?
    2 privileged bool?
    3 seLinuxOptions SELinuxOptions?
    10 windowsOptions WindowsSecurityContextOptions?
    4 runAsUser int64?
    8 runAsGroup int64?
    5 runAsNonRoot bool?
    6 readOnlyRootFilesystem bool?
    7 allowPrivilegeEscalation bool?
    9 procMount string?  enum(Default,Unmasked)
    11 seccompProfile SeccompProfile?
    12 appArmorProfile AppArmorProfile?

type ServiceAccountTokenProjection
    1 audience string
    2 expirationSeconds int64? = 3600
    3 path string  required always

type ServicePort
    1 name string
    2 protocol string = "TCP" published  enum(SCTP,TCP,UDP)
    6 appProtocol string?
    3 port int32  required always
    4 targetPort intOrString  always
    5 nodePort int32

type ServiceSpec
    1 ports [ServicePort]  map(port,protocol) patch(merge,key=port)
    2 selector [string: string]  atomic
    3 clusterIP string
    18 clusterIPs [string]  atomic
    4 type string = "ClusterIP"  enum(ClusterIP,ExternalName,LoadBalancer,NodePort)
    5 externalIPs [string]  atomic
    7 sessionAffinity string = "None"  enum(ClientIP,None)
    8 loadBalancerIP string
    9 loadBalancerSourceRanges [string]  atomic
    10 externalName string
    11 externalTrafficPolicy string  enum(Cluster,Local)
    12 healthCheckNodePort int32
    13 publishNotReadyAddresses bool
    14 sessionAffinityConfig SessionAffinityConfig?
    19 ipFamilies [string]  atomic enum("",IPv4,IPv6)
    17 ipFamilyPolicy string?  enum(PreferDualStack,RequireDualStack,SingleStack)
    20 allocateLoadBalancerNodePorts bool?
    21 loadBalancerClass string?
    22 internalTrafficPolicy string?  enum(Cluster,Local)
    23 trafficDistribution string?

type ServiceStatus
    1 loadBalancer LoadBalancerStatus  always
    2 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)

type SessionAffinityConfig
    1 clientIP ClientIPConfig?

type SleepAction
    1 seconds int64  required always

type StorageOSPersistentVolumeSource
    1 volumeName string
    2 volumeNamespace string
    3 fsType string
    4 readOnly bool
    5 secretRef ObjectReference?

type StorageOSVolumeSource
    1 volumeName string
    2 volumeNamespace string
    3 fsType string
    4 readOnly bool
    5 secretRef LocalObjectReference?

type Sysctl
    1 name string  required always
    2 value string  required always

type TCPSocketAction
    1 port intOrString  required always
    2 host string

type Taint
    1 key string  required always
    2 value string
    3 effect string  required always enum(NoExecute,NoSchedule,PreferNoSchedule)
    4 timeAdded time?

type Toleration
    1 key string
    2 operator string  enum(Equal,Exists,Gt,Lt)
    3 value string
    4 effect string  enum(NoExecute,NoSchedule,PreferNoSchedule)
    5 tolerationSeconds int64?

type TopologySelectorLabelRequirement
    1 key string  required always
    2 values [string]  required always atomic

type TopologySelectorTerm atomic
    1 matchLabelExpressions [TopologySelectorLabelRequirement]  atomic

type TopologySpreadConstraint
    1 maxSkew int32  required always
    2 topologyKey string  required always
    3 whenUnsatisfiable string  required always enum(DoNotSchedule,ScheduleAnyway)
    4 labelSelector meta_v1.LabelSelector?
    5 minDomains int32?
    6 nodeAffinityPolicy string?  enum(Honor,Ignore)
    7 nodeTaintsPolicy string?  enum(Honor,Ignore)
    8 matchLabelKeys [string]  atomic

type TypedLocalObjectReference atomic
    1 apiGroup string?  always
    2 kind string  required always
    3 name string  required always

type TypedObjectReference
    1 apiGroup string?  always
    2 kind string  required always
    3 name string  required always
    4 namespace string?

type Volume
    1 name string  required always
    2 inline VolumeSource

type VolumeDevice
    1 name string  required always
    2 devicePath string  required always

type VolumeMount
    1 name string  required always
    2 readOnly bool
    7 recursiveReadOnly string?
    3 mountPath string  required always
    4 subPath string
    5 mountPropagation string?  enum(Bidirectional,HostToContainer,None)
    6 subPathExpr string

type VolumeMountStatus
    1 name string  required always
    2 mountPath string  required always
    3 readOnly bool
    4 recursiveReadOnly string?
    5 volumeStatus VolumeStatus?

type VolumeNodeAffinity
    1 required NodeSelector?

type VolumeProjection
    1 secret SecretProjection?
    2 downwardAPI DownwardAPIProjection?
    3 configMap ConfigMapProjection?
    4 serviceAccountToken ServiceAccountTokenProjection?
    5 clusterTrustBundle ClusterTrustBundleProjection?
    6 podCertificate PodCertificateProjection?

type VolumeResourceRequirements
    1 limits [string: quantity]
    2 requests [string: quantity]

type VolumeSource part
    1 hostPath HostPathVolumeSource?
    2 emptyDir EmptyDirVolumeSource?
    3 gcePersistentDisk GCEPersistentDiskVolumeSource?
    4 awsElasticBlockStore AWSElasticBlockStoreVolumeSource?
    5 gitRepo GitRepoVolumeSource?
    6 secret SecretVolumeSource?
    7 nfs NFSVolumeSource?
    8 iscsi ISCSIVolumeSource?
    9 glusterfs GlusterfsVolumeSource?
    10 persistentVolumeClaim PersistentVolumeClaimVolumeSource?
    11 rbd RBDVolumeSource?
    12 flexVolume FlexVolumeSource?
    13 cinder CinderVolumeSource?
    14 cephfs CephFSVolumeSource?
    15 flocker FlockerVolumeSource?
    16 downwardAPI DownwardAPIVolumeSource?
    17 fc FCVolumeSource?
    18 azureFile AzureFileVolumeSource?
    19 configMap ConfigMapVolumeSource?
    20 vsphereVolume VsphereVirtualDiskVolumeSource?
    21 quobyte QuobyteVolumeSource?
    22 azureDisk AzureDiskVolumeSource?
    23 photonPersistentDisk PhotonPersistentDiskVolumeSource?
    26 projected ProjectedVolumeSource?
    24 portworxVolume PortworxVolumeSource?
    25 scaleIO ScaleIOVolumeSource?
    27 storageos StorageOSVolumeSource?
    28 csi CSIVolumeSource?
    29 ephemeral EphemeralVolumeSource?
    30 image ImageVolumeSource?

type VolumeStatus
    1 image ImageVolumeStatus?

type VsphereVirtualDiskVolumeSource
    1 volumePath string  required always
    2 fsType string
    3 storagePolicyName string
    4 storagePolicyID string

type WeightedPodAffinityTerm
    1 weight int32  required always
    2 podAffinityTerm PodAffinityTerm  required always

type WindowsSecurityContextOptions
    1 gmsaCredentialSpecName string?
    2 gmsaCredentialSpec string?
    3 runAsUserName string?
    4 hostProcess bool?
"""#

    private static let discovery_v1: StaticString = #"""
package io.k8s.api.discovery.v1 group discovery.k8s.io version v1

kind EndpointSlice
    resource endpointslices endpointslice namespaced
    column Name string name
    column AddressType string
    column Ports string
    column Endpoints string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    4 addressType string  required always enum(FQDN,IPv4,IPv6) immutable
    2 endpoints [Endpoint]  always atomic
    3 ports [EndpointPort]  always atomic

type Endpoint
    1 addresses [string]  required always set
    2 conditions EndpointConditions  always
    3 hostname string?
    4 targetRef core_v1.ObjectReference?
    5 deprecatedTopology [string: string]
    6 nodeName string?
    7 zone string?
    8 hints EndpointHints?

type EndpointConditions
    1 ready bool?
    2 serving bool?
    3 terminating bool?

type EndpointHints
    1 forZones [ForZone]  atomic
    2 forNodes [ForNode]  atomic

type EndpointPort atomic
    1 name string? = ""
    2 protocol string? = "TCP"  enum(SCTP,TCP,UDP)
    3 port int32?
    4 appProtocol string?

type ForNode
    1 name string  required always

type ForZone
    1 name string  required always
"""#

    private static let events_v1: StaticString = #"""
package io.k8s.api.events.v1 group events.k8s.io version v1

kind Event
    resource events event namespaced shortnames ev
    selectable regarding.kind,regarding.namespace,regarding.name,regarding.uid,regarding.apiVersion,regarding.resourceVersion,regarding.fieldPath,reason,reportingController,type
    column "Last Seen" string
    column Type string
    column Reason string
    column Object string
    column Subobject string priority 1
    column Source string priority 1
    column Message string
    column "First Seen" string priority 1
    column Count string priority 1
    column Name string name priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 eventTime microTime  required always
    3 series EventSeries?
    4 reportingController string
    5 reportingInstance string
    6 action string
    7 reason string
    8 regarding core_v1.ObjectReference  always
    9 related core_v1.ObjectReference?
    10 note string
    11 type string
    12 deprecatedSource core_v1.EventSource  always
    13 deprecatedFirstTimestamp time  always
    14 deprecatedLastTimestamp time  always
    15 deprecatedCount int32

type EventSeries
    1 count int32  required always
    2 lastObservedTime microTime  required always
"""#

    private static let flowcontrol_v1: StaticString = #"""
package io.k8s.api.flowcontrol.v1 group flowcontrol.apiserver.k8s.io version v1

kind FlowSchema
    resource flowschemas flowschema cluster
    subresource status FlowSchema get,patch,update
    column Name string name
    column PriorityLevel string
    column MatchingPrecedence string
    column DistinguisherMethod string
    column Age string
    column MissingPL string
    1 metadata meta_v1.ObjectMeta  always
    2 spec FlowSchemaSpec  always
    3 status FlowSchemaStatus  always

kind PriorityLevelConfiguration
    resource prioritylevelconfigurations prioritylevelconfiguration cluster
    subresource status PriorityLevelConfiguration get,patch,update
    column Name string name
    column Type string
    column NominalConcurrencyShares string
    column Queues string
    column HandSize string
    column QueueLengthLimit string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec PriorityLevelConfigurationSpec  always
    3 status PriorityLevelConfigurationStatus  always

type ExemptPriorityLevelConfiguration
    1 nominalConcurrencyShares int32? = 0
    2 lendablePercent int32? = 0

type FlowDistinguisherMethod
    1 type string  required always

type FlowSchemaCondition
    1 type string
    2 status string
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type FlowSchemaSpec
    1 priorityLevelConfiguration PriorityLevelConfigurationReference  required always
    2 matchingPrecedence int32 = 1000  always
    3 distinguisherMethod FlowDistinguisherMethod?
    4 rules [PolicyRulesWithSubjects]  atomic

type FlowSchemaStatus
    1 conditions [FlowSchemaCondition]  map(type) patch(merge,key=type)

type GroupSubject
    1 name string  required always

type LimitResponse
    union type queuing=Queuing
    1 type string  required always
    2 queuing QueuingConfiguration?

type LimitedPriorityLevelConfiguration
    1 nominalConcurrencyShares int32? = 30  always
    2 limitResponse LimitResponse  always
    3 lendablePercent int32? = 0
    4 borrowingLimitPercent int32?

type NonResourcePolicyRule
    1 verbs [string]  required always set
    6 nonResourceURLs [string]  required always set

type PolicyRulesWithSubjects
    1 subjects [Subject]  required always atomic
    2 resourceRules [ResourcePolicyRule]  atomic
    3 nonResourceRules [NonResourcePolicyRule]  atomic

type PriorityLevelConfigurationCondition
    1 type string
    2 status string
    3 lastTransitionTime time  always
    4 reason string
    5 message string

type PriorityLevelConfigurationReference
    1 name string  required always

type PriorityLevelConfigurationSpec
    union type exempt=Exempt,limited=Limited
    1 type string  required always
    2 limited LimitedPriorityLevelConfiguration?
    3 exempt ExemptPriorityLevelConfiguration?

type PriorityLevelConfigurationStatus
    1 conditions [PriorityLevelConfigurationCondition]  map(type) patch(merge,key=type)

type QueuingConfiguration
    1 queues int32 = 64  always
    2 handSize int32 = 8  always
    3 queueLengthLimit int32 = 50  always

type ResourcePolicyRule
    1 verbs [string]  required always set
    2 apiGroups [string]  required always set
    3 resources [string]  required always set
    4 clusterScope bool
    5 namespaces [string]  always set

type ServiceAccountSubject
    1 namespace string  required always
    2 name string  required always

type Subject
    union kind group=Group,serviceAccount=ServiceAccount,user=User
    1 kind string  required always
    2 user UserSubject?
    3 group GroupSubject?
    4 serviceAccount ServiceAccountSubject?

type UserSubject
    1 name string  required always
"""#

    private static let meta_v1: StaticString = #"""
package io.k8s.apimachinery.pkg.apis.meta.v1 group meta.k8s.io version v1

kind DeleteOptions
    1 gracePeriodSeconds int64?
    2 preconditions Preconditions?
    3 orphanDependents bool?
    4 propagationPolicy string?
    5 dryRun [string]  atomic
    6 ignoreStoreReadErrorWithClusterBreakingPotential bool?

kind Status
    1 metadata ListMeta  always
    2 status string
    3 message string
    4 reason string
    5 details StatusDetails?
    6 code int32

kind CreateOptions
    1 dryRun [string]
    3 fieldManager string
    4 fieldValidation string

kind PatchOptions
    1 dryRun [string]
    2 force bool?
    3 fieldManager string
    4 fieldValidation string

kind UpdateOptions
    1 dryRun [string]
    2 fieldManager string
    3 fieldValidation string

kind GetOptions
    1 resourceVersion string

kind ListOptions
    1 labelSelector string
    2 fieldSelector string
    3 watch bool
    9 allowWatchBookmarks bool
    4 resourceVersion string
    10 resourceVersionMatch string
    5 timeoutSeconds int64?
    7 limit int64
    8 continue string
    11 sendInitialEvents bool?
    15 shardSelector string

kind APIResourceList
    1 groupVersion string  required always
    2 resources [APIResource]  required always atomic

kind APIGroup
    1 name string  required always
    2 versions [GroupVersionForDiscovery]  required always atomic
    3 preferredVersion GroupVersionForDiscovery  always
    4 serverAddressByClientCIDRs [ServerAddressByClientCIDR]  atomic

kind APIGroupList
    1 groups [APIGroup]  required always atomic

kind APIVersions
    1 versions [string]  required always atomic
    2 serverAddressByClientCIDRs [ServerAddressByClientCIDR]  required always atomic

kind WatchEvent
    1 type string  required always
    2 object any<io.k8s.apimachinery.pkg.runtime.RawExtension>  required always

kind PartialObjectMetadata
    1 metadata ObjectMeta  always

kind Table
    0 metadata ListMeta  always
    0 columnDefinitions [TableColumnDefinition]  always
    0 rows [TableRow]  always

type APIResource
    1 name string  required always
    6 singularName string  required always
    2 namespaced bool  required always
    8 group string
    9 version string
    3 kind string  required always
    4 inline APIResourceVerbs
    5 shortNames [string]  atomic
    7 categories [string]  atomic
    10 storageVersionHash string

type APIResourceVerbs
    1 verbs [string]  required always

type Condition
    1 type string  required always
    2 status string  required always
    3 observedGeneration int64
    4 lastTransitionTime time  required always
    5 reason string  required always
    6 message string  required always

type FieldSelectorRequirement
    1 key string  required always
    2 operator string  required always
    3 values [string]  atomic

type GroupResource
    1 group string  required always
    2 resource string  required always

type GroupVersionForDiscovery
    1 groupVersion string  required always
    2 version string  required always

type LabelSelector atomic
    1 matchLabels [string: string]
    2 matchExpressions [LabelSelectorRequirement]  atomic

type LabelSelectorRequirement
    1 key string  required always
    2 operator string  required always
    3 values [string]  atomic

type ListMeta
    1 selfLink string
    2 resourceVersion string
    3 continue string
    4 remainingItemCount int64?
    5 shardInfo ShardInfo?

type ManagedFieldsEntry
    1 manager string
    2 operation string
    3 apiVersion string
    4 time time?
    6 fieldsType string
    7 fieldsV1 any<io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1>?
    8 subresource string

type ObjectMeta
    1 name string
    2 generateName string
    3 namespace string
    4 selfLink string
    5 uid string
    6 resourceVersion string
    7 generation int64
    8 creationTimestamp time
    9 deletionTimestamp time?
    10 deletionGracePeriodSeconds int64?
    11 labels [string: string]
    12 annotations [string: string]
    13 ownerReferences [OwnerReference]  map(uid) patch(merge,key=uid)
    14 finalizers [string]  set patch(merge)
    17 managedFields [ManagedFieldsEntry]  atomic

type OwnerReference atomic
    5 apiVersion string  required always
    1 kind string  required always
    3 name string  required always
    4 uid string  required always
    6 controller bool?
    7 blockOwnerDeletion bool?

type Preconditions
    1 uid string?
    2 resourceVersion string?

type ServerAddressByClientCIDR
    1 clientCIDR string  required always
    2 serverAddress string  required always

type ShardInfo
    1 selector string  required always

type StatusCause
    1 reason string
    2 message string
    3 field string

type StatusDetails
    1 name string
    2 group string
    3 kind string
    6 uid string
    4 causes [StatusCause]  atomic
    5 retryAfterSeconds int32

type TableColumnDefinition
    0 name string  always
    0 type string  always
    0 format string  always
    0 description string  always
    0 priority int32  always

type TableRow
    0 cells [any<io.k8s.apimachinery.pkg.runtime.RawExtension>]  always
    0 conditions [TableRowCondition]
    0 object any<io.k8s.apimachinery.pkg.runtime.RawExtension>

type TableRowCondition
    0 type string  always
    0 status string  always
    0 reason string
    0 message string
"""#

    private static let metrics_v1beta1: StaticString = #"""
package io.k8s.metrics.pkg.apis.metrics.v1beta1 group metrics.k8s.io version v1beta1

kind NodeMetrics
    resource nodes node cluster
    verbs get,list
    column Name string name
    column cpu string quantity
    column memory string quantity
    column Window string duration
    1 metadata meta_v1.ObjectMeta
    2 timestamp time  required always
    3 window duration  required always
    4 usage [string: quantity]  required always

kind PodMetrics
    resource pods pod namespaced
    verbs get,list
    column Name string name
    column cpu string quantity
    column memory string quantity
    column Window string duration
    1 metadata meta_v1.ObjectMeta
    2 timestamp time  required always
    3 window duration  required always
    4 containers [ContainerMetrics]  atomic required always

type ContainerMetrics
    1 name string  required always
    2 usage [string: quantity]  required always
"""#

    private static let networking_v1: StaticString = #"""
package io.k8s.api.networking.v1 group networking.k8s.io version v1

kind IngressClass
    resource ingressclasses ingressclass cluster
    column Name string name
    column Controller string
    column Parameters string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec IngressClassSpec  always

kind Ingress
    resource ingresses ingress namespaced shortnames ing
    subresource status Ingress get,patch,update
    column Name string name
    column Class string
    column Hosts string
    column Address string
    column Ports string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec IngressSpec  always
    3 status IngressStatus  always

kind IPAddress
    resource ipaddresses ipaddress cluster shortnames ip
    column Name string name
    column ParentRef string
    1 metadata meta_v1.ObjectMeta  always
    2 spec IPAddressSpec  required always

kind NetworkPolicy
    resource networkpolicies networkpolicy namespaced shortnames netpol
    column Name string name
    column Pod-Selector string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec NetworkPolicySpec  always

kind ServiceCIDR
    resource servicecidrs servicecidr cluster
    subresource status ServiceCIDR get,patch,update
    column Name string name
    column CIDRs string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ServiceCIDRSpec  always
    3 status ServiceCIDRStatus  always

type HTTPIngressPath
    1 path string
    3 pathType string?  required always enum(Exact,ImplementationSpecific,Prefix)
    2 backend IngressBackend  required always

type HTTPIngressRuleValue
    1 paths [HTTPIngressPath]  required always atomic

type IPAddressSpec
    1 parentRef ParentReference?  required

type IPBlock
    1 cidr string  required always
    2 except [string]  atomic

type IngressBackend
    4 service IngressServiceBackend?
    3 resource core_v1.TypedLocalObjectReference?

type IngressClassParametersReference
    1 apiGroup string?
    2 kind string  required always
    3 name string  required always
    4 scope string? = "Cluster"  always
    5 namespace string?

type IngressClassSpec
    1 controller string
    2 parameters IngressClassParametersReference?

type IngressLoadBalancerIngress
    1 ip string
    2 hostname string
    4 ports [IngressPortStatus]  atomic

type IngressLoadBalancerStatus
    1 ingress [IngressLoadBalancerIngress]  atomic

type IngressPortStatus
    1 port int32  required always
    2 protocol string  required always enum(SCTP,TCP,UDP)
    3 error string?

type IngressRule
    1 host string
    2 inline IngressRuleValue

type IngressRuleValue part
    1 http HTTPIngressRuleValue?

type IngressServiceBackend
    1 name string  required always
    2 port ServiceBackendPort  always

type IngressSpec
    4 ingressClassName string?
    1 defaultBackend IngressBackend?
    2 tls [IngressTLS]  atomic
    3 rules [IngressRule]  atomic

type IngressStatus
    1 loadBalancer IngressLoadBalancerStatus  always

type IngressTLS
    1 hosts [string]  atomic
    2 secretName string

type NetworkPolicyEgressRule
    1 ports [NetworkPolicyPort]  atomic
    2 to [NetworkPolicyPeer]  atomic

type NetworkPolicyIngressRule
    1 ports [NetworkPolicyPort]  atomic
    2 from [NetworkPolicyPeer]  atomic

type NetworkPolicyPeer
    1 podSelector meta_v1.LabelSelector?
    2 namespaceSelector meta_v1.LabelSelector?
    3 ipBlock IPBlock?

type NetworkPolicyPort
    1 protocol string? = "TCP"  enum(SCTP,TCP,UDP)
    2 port intOrString?
    3 endPort int32?

type NetworkPolicySpec
    1 podSelector meta_v1.LabelSelector  always
    2 ingress [NetworkPolicyIngressRule]  atomic
    3 egress [NetworkPolicyEgressRule]  atomic
    4 policyTypes [string]  atomic enum(Egress,Ingress)

type ParentReference
    1 group string
    2 resource string  required
    3 namespace string
    4 name string  required

type ServiceBackendPort atomic
    1 name string
    2 number int32

type ServiceCIDRSpec
    1 cidrs [string]  atomic

type ServiceCIDRStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
"""#

    private static let networking_v1beta1: StaticString = #"""
package io.k8s.api.networking.v1beta1 group networking.k8s.io version v1beta1

kind IPAddress
    resource ipaddresses ipaddress cluster shortnames ip
    column Name string name
    column ParentRef string
    1 metadata meta_v1.ObjectMeta  always
    2 spec IPAddressSpec  required always

kind ServiceCIDR
    resource servicecidrs servicecidr cluster
    subresource status ServiceCIDR get,patch,update
    column Name string name
    column CIDRs string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ServiceCIDRSpec  always
    3 status ServiceCIDRStatus  always

type IPAddressSpec
    1 parentRef ParentReference?  required

type ParentReference
    1 group string
    2 resource string  required
    3 namespace string
    4 name string  required

type ServiceCIDRSpec
    1 cidrs [string]  atomic

type ServiceCIDRStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
"""#

    private static let node_v1: StaticString = #"""
package io.k8s.api.node.v1 group node.k8s.io version v1

kind RuntimeClass
    resource runtimeclasses runtimeclass cluster
    column Name string name
    column Handler string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 handler string  required always immutable
    3 overhead Overhead?
    4 scheduling Scheduling?

type Overhead
    1 podFixed [string: quantity]

type Scheduling
    1 nodeSelector [string: string]  atomic
    2 tolerations [core_v1.Toleration]  atomic
"""#

    private static let policy_v1: StaticString = #"""
package io.k8s.api.policy.v1 group policy version v1

kind Eviction
    1 metadata meta_v1.ObjectMeta  always
    2 deleteOptions meta_v1.DeleteOptions?

kind PodDisruptionBudget
    resource poddisruptionbudgets poddisruptionbudget namespaced shortnames pdb
    subresource status PodDisruptionBudget get,patch,update
    column Name string name
    column "Min Available" string
    column "Max Unavailable" string
    column "Allowed Disruptions" integer
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec PodDisruptionBudgetSpec  always
    3 status PodDisruptionBudgetStatus  always

type PodDisruptionBudgetSpec
    1 minAvailable intOrString?
    2 selector meta_v1.LabelSelector?  patch(replace)
    3 maxUnavailable intOrString?
    4 unhealthyPodEvictionPolicy string?  enum(AlwaysAllow,IfHealthyBudget)

type PodDisruptionBudgetStatus
    1 observedGeneration int64
    2 disruptedPods [string: time]
    3 disruptionsAllowed int32  always
    4 currentHealthy int32  always
    5 desiredHealthy int32  always
    6 expectedPods int32  always
    7 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
"""#

    private static let rbac_v1: StaticString = #"""
package io.k8s.api.rbac.v1 group rbac.authorization.k8s.io version v1

kind ClusterRoleBinding
    resource clusterrolebindings clusterrolebinding cluster
    column Name string name
    column Role string
    column Age string
    column Users string priority 1
    column Groups string priority 1
    column ServiceAccounts string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 subjects [Subject]  atomic
    3 roleRef RoleRef  required always immutable

kind ClusterRole
    resource clusterroles clusterrole cluster
    column Name string name
    column "Created At" date
    1 metadata meta_v1.ObjectMeta  always
    2 rules [PolicyRule]  always atomic
    3 aggregationRule AggregationRule?

kind RoleBinding
    resource rolebindings rolebinding namespaced
    column Name string name
    column Role string
    column Age string
    column Users string priority 1
    column Groups string priority 1
    column ServiceAccounts string priority 1
    1 metadata meta_v1.ObjectMeta  always
    2 subjects [Subject]  atomic
    3 roleRef RoleRef  required always immutable

kind Role
    resource roles role namespaced
    column Name string name
    column "Created At" date
    1 metadata meta_v1.ObjectMeta  always
    2 rules [PolicyRule]  always atomic

type AggregationRule
    1 clusterRoleSelectors [meta_v1.LabelSelector]  atomic

type PolicyRule
    1 verbs [string]  required always atomic
    2 apiGroups [string]  atomic
    3 resources [string]  atomic
    4 resourceNames [string]  atomic
    5 nonResourceURLs [string]  atomic

type RoleRef atomic
    1 apiGroup string = "rbac.authorization.k8s.io"  always
    2 kind string  required always
    3 name string  required always

type Subject atomic
    1 kind string  required always
    2 apiGroup string
    3 name string  required always
    4 namespace string
"""#

    private static let resource_v1: StaticString = #"""
package io.k8s.api.resource.v1 group resource.k8s.io version v1

kind DeviceClass
    resource deviceclasses deviceclass cluster
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec DeviceClassSpec  required always

kind ResourceClaim
    resource resourceclaims resourceclaim namespaced
    subresource status ResourceClaim get,patch,update
    column Name string name
    column State string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimSpec  required always
    3 status ResourceClaimStatus  always

kind ResourceClaimTemplate
    resource resourceclaimtemplates resourceclaimtemplate namespaced
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimTemplateSpec  required always

kind ResourceSlice
    resource resourceslices resourceslice cluster
    selectable spec.nodeName,spec.driver
    column Name string name
    column Node string
    column Driver string
    column Pool string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceSliceSpec  required always

type AllocatedDeviceStatus
    1 driver string  required always
    2 pool string  required always
    3 device string  required always
    7 shareID string?
    4 conditions [meta_v1.Condition]  always map(type)
    5 data any<io.k8s.apimachinery.pkg.runtime.RawExtension>?
    6 networkData NetworkDeviceData?

type AllocationResult
    1 devices DeviceAllocationResult  always
    3 nodeSelector core_v1.NodeSelector?
    5 allocationTimestamp time?

type CELDeviceSelector
    1 expression string  required always

type CapacityRequestPolicy
    1 default quantity?  always
    3 validValues [quantity]  atomic
    4 validRange CapacityRequestPolicyRange?

type CapacityRequestPolicyRange
    1 min quantity?  required
    2 max quantity?
    3 step quantity?

type CapacityRequirements
    1 requests [string: quantity]

type Counter
    1 value quantity  required always

type CounterSet
    1 name string  required always
    2 counters [string: Counter]  required

type Device
    1 name string  required always
    2 attributes [string: DeviceAttribute]
    3 capacity [string: DeviceCapacity]
    4 consumesCounters [DeviceCounterConsumption]  atomic
    5 nodeName string?
    6 nodeSelector core_v1.NodeSelector?
    7 allNodes bool?
    8 taints [DeviceTaint]  atomic
    9 bindsToNode bool?
    10 bindingConditions [string]  atomic
    11 bindingFailureConditions [string]  atomic
    12 allowMultipleAllocations bool?
    13 nodeAllocatableResourceMappings [string: NodeAllocatableResourceMapping]

type DeviceAllocationConfiguration
    1 source string  required always enum(FromClaim,FromClass)
    2 requests [string]  atomic
    3 inline DeviceConfiguration

type DeviceAllocationResult
    1 results [DeviceRequestAllocationResult]  atomic
    2 config [DeviceAllocationConfiguration]  atomic

type DeviceAttribute
    2 int int64?
    3 bool bool?
    4 string string?
    5 version string?
    6 ints [int64]  atomic
    7 bools [bool]  atomic
    8 strings [string]  atomic
    9 versions [string]  atomic

type DeviceCapacity
    1 value quantity  required always
    2 requestPolicy CapacityRequestPolicy?

type DeviceClaim
    1 requests [DeviceRequest]  always atomic
    2 constraints [DeviceConstraint]  atomic
    3 config [DeviceClaimConfiguration]  atomic

type DeviceClaimConfiguration
    1 requests [string]  atomic
    2 inline DeviceConfiguration

type DeviceClassConfiguration
    1 inline DeviceConfiguration

type DeviceClassSpec
    1 selectors [DeviceSelector]  atomic
    2 config [DeviceClassConfiguration]  atomic
    4 extendedResourceName string?

type DeviceConfiguration part
    1 opaque OpaqueDeviceConfiguration?

type DeviceConstraint
    1 requests [string]  atomic
    2 matchAttribute string?
    3 distinctAttribute string?

type DeviceCounterConsumption
    1 counterSet string  required always
    2 counters [string: Counter]  required

type DeviceRequest
    1 name string  required always
    2 exactly ExactDeviceRequest?
    3 firstAvailable [DeviceSubRequest]  atomic

type DeviceRequestAllocationResult
    1 request string  required always
    2 driver string  required always
    3 pool string  required always
    4 device string  required always
    5 adminAccess bool?
    6 tolerations [DeviceToleration]  atomic
    7 bindingConditions [string]  atomic
    8 bindingFailureConditions [string]  atomic
    9 shareID string?
    10 consumedCapacity [string: quantity]

type DeviceSelector
    1 cel CELDeviceSelector?

type DeviceSubRequest
    1 name string  required always
    2 deviceClassName string  required always
    3 selectors [DeviceSelector]  atomic
    4 allocationMode string = "ExactCount"  enum(All,ExactCount)
    5 count int64
    6 tolerations [DeviceToleration]  atomic
    7 capacity CapacityRequirements?

type DeviceTaint
    1 key string  required always
    2 value string
    3 effect string  required always enum(NoExecute,NoSchedule,None)
    4 timeAdded time?

type DeviceToleration
    1 key string
    2 operator string = "Equal" published  enum(Equal,Exists)
    3 value string
    4 effect string  enum(NoExecute,NoSchedule,None)
    5 tolerationSeconds int64?

type ExactDeviceRequest
    1 deviceClassName string  required always
    2 selectors [DeviceSelector]  atomic
    3 allocationMode string = "ExactCount"  enum(All,ExactCount)
    4 count int64
    5 adminAccess bool?
    6 tolerations [DeviceToleration]  atomic
    7 capacity CapacityRequirements?

type NetworkDeviceData
    1 interfaceName string
    2 ips [string]  atomic
    3 hardwareAddress string

type NodeAllocatableResourceMapping
    1 capacityKey string?
    2 allocationMultiplier quantity?

type OpaqueDeviceConfiguration
    1 driver string  required always
    2 parameters any<io.k8s.apimachinery.pkg.runtime.RawExtension>  required always

type ResourceClaimConsumerReference
    1 apiGroup string
    3 resource string  required always
    4 name string  required always
    5 uid string  required always

type ResourceClaimSpec
    1 devices DeviceClaim  always

type ResourceClaimStatus
    1 allocation AllocationResult?
    2 reservedFor [ResourceClaimConsumerReference]  map(uid) patch(merge,key=uid)
    4 devices [AllocatedDeviceStatus]  map(driver,device,pool,shareID)

type ResourceClaimTemplateSpec
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimSpec  required always

type ResourcePool
    1 name string  required always
    2 generation int64  required always
    3 resourceSliceCount int64  required always

type ResourceSliceSpec
    1 driver string  required always
    2 pool ResourcePool  required always
    3 nodeName string?
    4 nodeSelector core_v1.NodeSelector?
    5 allNodes bool?
    6 devices [Device]  atomic
    7 perDeviceNodeSelection bool?
    8 sharedCounters [CounterSet]  atomic
"""#

    private static let resource_v1alpha3: StaticString = #"""
package io.k8s.api.resource.v1alpha3 group resource.k8s.io version v1alpha3

kind DeviceTaintRule
    resource devicetaintrules devicetaintrule cluster
    subresource status DeviceTaintRule get,patch,update
    column Name string name
    column Key string
    column Value string
    column Effect string
    column TimeAdded string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec DeviceTaintRuleSpec  required always
    3 status DeviceTaintRuleStatus  always

kind ResourcePoolStatusRequest
    resource resourcepoolstatusrequests resourcepoolstatusrequest cluster
    subresource status ResourcePoolStatusRequest get,patch,update
    column Name string name
    column Driver string
    column Total string
    column Available string
    column Allocated string
    column Unavailable string
    column Errors string
    column Pools integer
    column Status string
    column Completed string
    1 metadata meta_v1.ObjectMeta  required always
    2 spec ResourcePoolStatusRequestSpec  required always immutable
    3 status ResourcePoolStatusRequestStatus?

type DeviceTaint
    1 key string  required always
    2 value string
    3 effect string  required always enum(NoExecute,NoSchedule,None)
    4 timeAdded time?

type DeviceTaintRuleSpec
    1 deviceSelector DeviceTaintSelector?
    2 taint DeviceTaint  required always

type DeviceTaintRuleStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)

type DeviceTaintSelector
    2 driver string?
    3 pool string?
    4 device string?

type PoolStatus
    1 driver string  required
    2 poolName string  required
    9 generation int64  required always
    8 resourceSliceCount int32?
    4 totalDevices int32?
    5 allocatedDevices int32?
    6 availableDevices int32?
    7 unavailableDevices int32?
    3 nodeName string?
    10 validationError string?

type ResourcePoolStatusRequestSpec
    1 driver string  required always
    2 poolName string?
    3 limit int32?

type ResourcePoolStatusRequestStatus
    6 poolCount int32?  required
    2 pools [PoolStatus]  atomic
    3 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
"""#

    private static let resource_v1beta1: StaticString = #"""
package io.k8s.api.resource.v1beta1 group resource.k8s.io version v1beta1

kind DeviceClass
    resource deviceclasses deviceclass cluster
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec DeviceClassSpec  required always

kind ResourceClaim
    resource resourceclaims resourceclaim namespaced
    subresource status ResourceClaim get,patch,update
    column Name string name
    column State string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimSpec  required always
    3 status ResourceClaimStatus  always

kind ResourceClaimTemplate
    resource resourceclaimtemplates resourceclaimtemplate namespaced
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimTemplateSpec  required always

kind ResourceSlice
    resource resourceslices resourceslice cluster
    selectable spec.nodeName,spec.driver
    column Name string name
    column Node string
    column Driver string
    column Pool string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceSliceSpec  required always

type AllocatedDeviceStatus
    1 driver string  required always
    2 pool string  required always
    3 device string  required always
    7 shareID string?
    4 conditions [meta_v1.Condition]  always map(type)
    5 data any<io.k8s.apimachinery.pkg.runtime.RawExtension>?
    6 networkData NetworkDeviceData?

type AllocationResult
    1 devices DeviceAllocationResult  always
    3 nodeSelector core_v1.NodeSelector?
    5 allocationTimestamp time?

type BasicDevice
    2 attributes [string: DeviceAttribute]
    3 capacity [string: DeviceCapacity]
    4 consumesCounters [DeviceCounterConsumption]  atomic
    5 nodeName string?
    6 nodeSelector core_v1.NodeSelector?
    7 allNodes bool?
    8 taints [DeviceTaint]  atomic
    9 bindsToNode bool?
    10 bindingConditions [string]  atomic
    11 bindingFailureConditions [string]  atomic
    12 allowMultipleAllocations bool?
    13 nodeAllocatableResourceMappings [string: NodeAllocatableResourceMapping]

type CELDeviceSelector
    1 expression string  required always

type CapacityRequestPolicy
    1 default quantity?  always
    3 validValues [quantity]  atomic
    4 validRange CapacityRequestPolicyRange?

type CapacityRequestPolicyRange
    1 min quantity?  required
    2 max quantity?
    3 step quantity?

type CapacityRequirements
    1 requests [string: quantity]

type Counter
    1 value quantity  required always

type CounterSet
    1 name string  required always
    2 counters [string: Counter]  required

type Device
    1 name string  required always
    2 basic BasicDevice?

type DeviceAllocationConfiguration
    1 source string  required always enum(FromClaim,FromClass)
    2 requests [string]  atomic
    3 inline DeviceConfiguration

type DeviceAllocationResult
    1 results [DeviceRequestAllocationResult]  atomic
    2 config [DeviceAllocationConfiguration]  atomic

type DeviceAttribute
    2 int int64?
    3 bool bool?
    4 string string?
    5 version string?
    6 ints [int64]  atomic
    7 bools [bool]  atomic
    8 strings [string]  atomic
    9 versions [string]  atomic

type DeviceCapacity
    1 value quantity  required always
    2 requestPolicy CapacityRequestPolicy?

type DeviceClaim
    1 requests [DeviceRequest]  always atomic
    2 constraints [DeviceConstraint]  atomic
    3 config [DeviceClaimConfiguration]  atomic

type DeviceClaimConfiguration
    1 requests [string]  atomic
    2 inline DeviceConfiguration

type DeviceClassConfiguration
    1 inline DeviceConfiguration

type DeviceClassSpec
    1 selectors [DeviceSelector]  atomic
    2 config [DeviceClassConfiguration]  atomic
    4 extendedResourceName string?

type DeviceConfiguration part
    1 opaque OpaqueDeviceConfiguration?

type DeviceConstraint
    1 requests [string]  atomic
    2 matchAttribute string?
    3 distinctAttribute string?

type DeviceCounterConsumption
    1 counterSet string  required always
    2 counters [string: Counter]  required

type DeviceRequest
    1 name string  required always
    2 deviceClassName string  always
    3 selectors [DeviceSelector]  atomic
    4 allocationMode string  enum(All,ExactCount)
    5 count int64
    6 adminAccess bool?
    3 firstAvailable [DeviceSubRequest]  atomic
    8 tolerations [DeviceToleration]  atomic
    9 capacity CapacityRequirements?

type DeviceRequestAllocationResult
    1 request string  required always
    2 driver string  required always
    3 pool string  required always
    4 device string  required always
    5 adminAccess bool?
    6 tolerations [DeviceToleration]  atomic
    7 bindingConditions [string]  atomic
    8 bindingFailureConditions [string]  atomic
    9 shareID string?
    10 consumedCapacity [string: quantity]

type DeviceSelector
    1 cel CELDeviceSelector?

type DeviceSubRequest
    1 name string  required always
    2 deviceClassName string  required always
    3 selectors [DeviceSelector]  atomic
    4 allocationMode string = "ExactCount"  enum(All,ExactCount)
    5 count int64
    6 tolerations [DeviceToleration]  atomic
    7 capacity CapacityRequirements?

type DeviceTaint
    1 key string  required always
    2 value string
    3 effect string  required always enum(NoExecute,NoSchedule,None)
    4 timeAdded time?

type DeviceToleration
    1 key string
    2 operator string = "Equal" published  enum(Equal,Exists)
    3 value string
    4 effect string  enum(NoExecute,NoSchedule,None)
    5 tolerationSeconds int64?

type NetworkDeviceData
    1 interfaceName string
    2 ips [string]  atomic
    3 hardwareAddress string

type NodeAllocatableResourceMapping
    1 capacityKey string?
    2 allocationMultiplier quantity?

type OpaqueDeviceConfiguration
    1 driver string  required always
    2 parameters any<io.k8s.apimachinery.pkg.runtime.RawExtension>  required always

type ResourceClaimConsumerReference
    1 apiGroup string
    3 resource string  required always
    4 name string  required always
    5 uid string  required always

type ResourceClaimSpec
    1 devices DeviceClaim  always

type ResourceClaimStatus
    1 allocation AllocationResult?
    2 reservedFor [ResourceClaimConsumerReference]  map(uid) patch(merge,key=uid)
    4 devices [AllocatedDeviceStatus]  map(driver,device,pool,shareID)

type ResourceClaimTemplateSpec
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimSpec  required always

type ResourcePool
    1 name string  required always
    2 generation int64  required always
    3 resourceSliceCount int64  required always

type ResourceSliceSpec
    1 driver string  required always
    2 pool ResourcePool  required always
    3 nodeName string?
    4 nodeSelector core_v1.NodeSelector?
    5 allNodes bool?
    6 devices [Device]  atomic
    7 perDeviceNodeSelection bool?
    8 sharedCounters [CounterSet]  atomic
"""#

    private static let resource_v1beta2: StaticString = #"""
package io.k8s.api.resource.v1beta2 group resource.k8s.io version v1beta2

kind DeviceClass
    resource deviceclasses deviceclass cluster
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec DeviceClassSpec  required always

kind DeviceTaintRule
    resource devicetaintrules devicetaintrule cluster
    subresource status DeviceTaintRule get,patch,update
    column Name string name
    column Key string
    column Value string
    column Effect string
    column TimeAdded string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec DeviceTaintRuleSpec  required always
    3 status DeviceTaintRuleStatus  always

kind ResourceClaim
    resource resourceclaims resourceclaim namespaced
    subresource status ResourceClaim get,patch,update
    column Name string name
    column State string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimSpec  required always
    3 status ResourceClaimStatus  always

kind ResourceClaimTemplate
    resource resourceclaimtemplates resourceclaimtemplate namespaced
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimTemplateSpec  required always

kind ResourceSlice
    resource resourceslices resourceslice cluster
    selectable spec.nodeName,spec.driver
    column Name string name
    column Node string
    column Driver string
    column Pool string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceSliceSpec  required always

type AllocatedDeviceStatus
    1 driver string  required always
    2 pool string  required always
    3 device string  required always
    7 shareID string?
    4 conditions [meta_v1.Condition]  always map(type)
    5 data any<io.k8s.apimachinery.pkg.runtime.RawExtension>?
    6 networkData NetworkDeviceData?

type AllocationResult
    1 devices DeviceAllocationResult  always
    3 nodeSelector core_v1.NodeSelector?
    5 allocationTimestamp time?

type CELDeviceSelector
    1 expression string  required always

type CapacityRequestPolicy
    1 default quantity?  always
    3 validValues [quantity]  atomic
    4 validRange CapacityRequestPolicyRange?

type CapacityRequestPolicyRange
    1 min quantity?  required
    2 max quantity?
    3 step quantity?

type CapacityRequirements
    1 requests [string: quantity]

type Counter
    1 value quantity  required always

type CounterSet
    1 name string  required always
    2 counters [string: Counter]  required

type Device
    1 name string  required always
    2 attributes [string: DeviceAttribute]
    3 capacity [string: DeviceCapacity]
    4 consumesCounters [DeviceCounterConsumption]  atomic
    5 nodeName string?
    6 nodeSelector core_v1.NodeSelector?
    7 allNodes bool?
    8 taints [DeviceTaint]  atomic
    9 bindsToNode bool?
    10 bindingConditions [string]  atomic
    11 bindingFailureConditions [string]  atomic
    12 allowMultipleAllocations bool?
    13 nodeAllocatableResourceMappings [string: NodeAllocatableResourceMapping]

type DeviceAllocationConfiguration
    1 source string  required always enum(FromClaim,FromClass)
    2 requests [string]  atomic
    3 inline DeviceConfiguration

type DeviceAllocationResult
    1 results [DeviceRequestAllocationResult]  atomic
    2 config [DeviceAllocationConfiguration]  atomic

type DeviceAttribute
    2 int int64?
    3 bool bool?
    4 string string?
    5 version string?
    6 ints [int64]  atomic
    7 bools [bool]  atomic
    8 strings [string]  atomic
    9 versions [string]  atomic

type DeviceCapacity
    1 value quantity  required always
    2 requestPolicy CapacityRequestPolicy?

type DeviceClaim
    1 requests [DeviceRequest]  always atomic
    2 constraints [DeviceConstraint]  atomic
    3 config [DeviceClaimConfiguration]  atomic

type DeviceClaimConfiguration
    1 requests [string]  atomic
    2 inline DeviceConfiguration

type DeviceClassConfiguration
    1 inline DeviceConfiguration

type DeviceClassSpec
    1 selectors [DeviceSelector]  atomic
    2 config [DeviceClassConfiguration]  atomic
    4 extendedResourceName string?

type DeviceConfiguration part
    1 opaque OpaqueDeviceConfiguration?

type DeviceConstraint
    1 requests [string]  atomic
    2 matchAttribute string?
    3 distinctAttribute string?

type DeviceCounterConsumption
    1 counterSet string  required always
    2 counters [string: Counter]  required

type DeviceRequest
    1 name string  required always
    2 exactly ExactDeviceRequest?
    3 firstAvailable [DeviceSubRequest]  atomic

type DeviceRequestAllocationResult
    1 request string  required always
    2 driver string  required always
    3 pool string  required always
    4 device string  required always
    5 adminAccess bool?
    6 tolerations [DeviceToleration]  atomic
    7 bindingConditions [string]  atomic
    8 bindingFailureConditions [string]  atomic
    9 shareID string?
    10 consumedCapacity [string: quantity]

type DeviceSelector
    1 cel CELDeviceSelector?

type DeviceSubRequest
    1 name string  required always
    2 deviceClassName string  required always
    3 selectors [DeviceSelector]  atomic
    4 allocationMode string = "ExactCount"  enum(All,ExactCount)
    5 count int64
    6 tolerations [DeviceToleration]  atomic
    7 capacity CapacityRequirements?

type DeviceTaint
    1 key string  required always
    2 value string
    3 effect string  required always enum(NoExecute,NoSchedule,None)
    4 timeAdded time?

type DeviceTaintRuleSpec
    1 deviceSelector DeviceTaintSelector?
    2 taint DeviceTaint  required always

type DeviceTaintRuleStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)

type DeviceTaintSelector
    2 driver string?
    3 pool string?
    4 device string?

type DeviceToleration
    1 key string
    2 operator string = "Equal" published  enum(Equal,Exists)
    3 value string
    4 effect string  enum(NoExecute,NoSchedule,None)
    5 tolerationSeconds int64?

type ExactDeviceRequest
    1 deviceClassName string  required always
    2 selectors [DeviceSelector]  atomic
    3 allocationMode string = "ExactCount"  enum(All,ExactCount)
    4 count int64
    5 adminAccess bool?
    6 tolerations [DeviceToleration]  atomic
    7 capacity CapacityRequirements?

type NetworkDeviceData
    1 interfaceName string
    2 ips [string]  atomic
    3 hardwareAddress string

type NodeAllocatableResourceMapping
    1 capacityKey string?
    2 allocationMultiplier quantity?

type OpaqueDeviceConfiguration
    1 driver string  required always
    2 parameters any<io.k8s.apimachinery.pkg.runtime.RawExtension>  required always

type ResourceClaimConsumerReference
    1 apiGroup string
    3 resource string  required always
    4 name string  required always
    5 uid string  required always

type ResourceClaimSpec
    1 devices DeviceClaim  always

type ResourceClaimStatus
    1 allocation AllocationResult?
    2 reservedFor [ResourceClaimConsumerReference]  map(uid) patch(merge,key=uid)
    4 devices [AllocatedDeviceStatus]  map(driver,device,pool,shareID)

type ResourceClaimTemplateSpec
    1 metadata meta_v1.ObjectMeta  always
    2 spec ResourceClaimSpec  required always

type ResourcePool
    1 name string  required always
    2 generation int64  required always
    3 resourceSliceCount int64  required always

type ResourceSliceSpec
    1 driver string  required always
    2 pool ResourcePool  required always
    3 nodeName string?
    4 nodeSelector core_v1.NodeSelector?
    5 allNodes bool?
    6 devices [Device]  atomic
    7 perDeviceNodeSelection bool?
    8 sharedCounters [CounterSet]  atomic
"""#

    private static let scheduling_v1: StaticString = #"""
package io.k8s.api.scheduling.v1 group scheduling.k8s.io version v1

kind PriorityClass
    resource priorityclasses priorityclass cluster shortnames pc
    column Name string name
    column Value integer
    column Global-Default boolean
    column Age string
    column PreemptionPolicy string
    1 metadata meta_v1.ObjectMeta  always
    2 value int32  always immutable
    3 globalDefault bool
    4 description string
    5 preemptionPolicy string? = "PreemptLowerPriority"  enum(Never,PreemptLowerPriority) immutable
"""#

    private static let scheduling_v1alpha2: StaticString = #"""
package io.k8s.api.scheduling.v1alpha2 group scheduling.k8s.io version v1alpha2

kind PodGroup
    resource podgroups podgroup namespaced
    subresource status PodGroup get,patch,update
    column Name string name
    column Policy string
    column Workload string
    column Status string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec PodGroupSpec  required always
    3 status PodGroupStatus  always

kind Workload
    resource workloads workload namespaced
    column Name string name
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec WorkloadSpec  required always

type BasicSchedulingPolicy

type GangSchedulingPolicy
    1 minCount int32  required always

type PodGroupResourceClaim
    1 name string  required always
    2 resourceClaimName string?
    3 resourceClaimTemplateName string?

type PodGroupResourceClaimStatus
    1 name string  required always
    2 resourceClaimName string?

type PodGroupSchedulingConstraints
    1 topology [TopologyConstraint]  atomic

type PodGroupSchedulingPolicy
    union - basic=Basic,gang=Gang
    1 basic BasicSchedulingPolicy?
    2 gang GangSchedulingPolicy?

type PodGroupSpec
    1 podGroupTemplateRef PodGroupTemplateReference?  always immutable
    2 schedulingPolicy PodGroupSchedulingPolicy  required always immutable
    3 schedulingConstraints PodGroupSchedulingConstraints?
    4 resourceClaims [PodGroupResourceClaim]  map(name) patch(merge,retainKeys,key=name) immutable
    5 disruptionMode string?  enum(Pod,PodGroup)
    6 priorityClassName string
    7 priority int32?

type PodGroupStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
    2 resourceClaimStatuses [PodGroupResourceClaimStatus]  map(name) patch(merge,retainKeys,key=name)

type PodGroupTemplate
    1 name string  required always
    2 schedulingPolicy PodGroupSchedulingPolicy  required always
    3 schedulingConstraints PodGroupSchedulingConstraints?  always
    4 resourceClaims [PodGroupResourceClaim]  map(name) patch(merge,retainKeys,key=name) immutable
    5 disruptionMode string?  enum(Pod,PodGroup)
    6 priorityClassName string
    7 priority int32?

type PodGroupTemplateReference
    union - workload=Workload
    1 workload WorkloadPodGroupTemplateReference?  always

type TopologyConstraint
    1 key string  required always

type TypedLocalObjectReference
    1 apiGroup string
    2 kind string  required always
    3 name string  required always

type WorkloadPodGroupTemplateReference
    1 workloadName string  required always
    2 podGroupTemplateName string  required always

type WorkloadSpec
    1 controllerRef TypedLocalObjectReference?  immutable
    2 podGroupTemplates [PodGroupTemplate]  required always map(name) immutable
"""#

    private static let storage_v1: StaticString = #"""
package io.k8s.api.storage.v1 group storage.k8s.io version v1

kind CSIDriver
    resource csidrivers csidriver cluster
    column Name string name
    column AttachRequired boolean
    column PodInfoOnMount boolean
    column StorageCapacity boolean
    column TokenRequests string
    column RequiresRepublish boolean
    column Modes string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec CSIDriverSpec  required always

kind CSINode
    resource csinodes csinode cluster
    column Name string name
    column Drivers integer
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec CSINodeSpec  required always

kind CSIStorageCapacity
    resource csistoragecapacities csistoragecapacity namespaced
    column Name string name
    column "Created At" date
    1 metadata meta_v1.ObjectMeta  always
    2 nodeTopology meta_v1.LabelSelector?
    3 storageClassName string  required always
    4 capacity quantity?
    5 maximumVolumeSize quantity?

kind StorageClass
    resource storageclasses storageclass cluster shortnames sc
    column Name string name
    column Provisioner string
    column ReclaimPolicy string
    column VolumeBindingMode string
    column AllowVolumeExpansion string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 provisioner string  required always immutable
    3 parameters [string: string]  immutable
    4 reclaimPolicy string? = "Delete"  enum(Delete,Recycle,Retain) immutable
    5 mountOptions [string]  atomic
    6 allowVolumeExpansion bool?
    7 volumeBindingMode string? = "Immediate"  enum(Immediate,WaitForFirstConsumer) immutable
    8 allowedTopologies [core_v1.TopologySelectorTerm]  atomic

kind VolumeAttachment
    resource volumeattachments volumeattachment cluster
    subresource status VolumeAttachment get,patch,update
    column Name string name
    column Attacher string name
    column PV string
    column Node string
    column Attached boolean
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 spec VolumeAttachmentSpec  required always
    3 status VolumeAttachmentStatus  always

kind VolumeAttributesClass
    resource volumeattributesclasses volumeattributesclass cluster shortnames vac
    column Name string name
    column DriverName string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 driverName string  required always
    3 parameters [string: string]

type CSIDriverSpec
    1 attachRequired bool? = true
    2 podInfoOnMount bool? = false
    3 volumeLifecycleModes [string] = ["Persistent"]  set
    4 storageCapacity bool? = false
    5 fsGroupPolicy string? = "ReadWriteOnceWithFSType"
    6 tokenRequests [TokenRequest]  atomic
    7 requiresRepublish bool? = false
    8 seLinuxMount bool? = false
    9 nodeAllocatableUpdatePeriodSeconds int64?
    10 serviceAccountTokenInSecrets bool?
    11 preventPodSchedulingIfMissing bool?

type CSINodeDriver
    1 name string  required always
    2 nodeID string  required always
    3 topologyKeys [string]  always atomic
    4 allocatable VolumeNodeResources?

type CSINodeSpec
    1 drivers [CSINodeDriver]  required always map(name) patch(merge,key=name)

type TokenRequest
    1 audience string  required always
    2 expirationSeconds int64?

type VolumeAttachmentSource
    1 persistentVolumeName string?
    2 inlineVolumeSpec core_v1.PersistentVolumeSpec?

type VolumeAttachmentSpec
    1 attacher string  required always
    2 source VolumeAttachmentSource  required always
    3 nodeName string  required always

type VolumeAttachmentStatus
    1 attached bool  required always
    2 attachmentMetadata [string: string]
    3 attachError VolumeError?
    4 detachError VolumeError?

type VolumeError
    1 time time  always
    2 message string
    3 errorCode int32?

type VolumeNodeResources
    1 count int32?
"""#

    private static let storage_v1beta1: StaticString = #"""
package io.k8s.api.storage.v1beta1 group storage.k8s.io version v1beta1

kind VolumeAttributesClass
    resource volumeattributesclasses volumeattributesclass cluster shortnames vac
    column Name string name
    column DriverName string
    column Age string
    1 metadata meta_v1.ObjectMeta  always
    2 driverName string  required always
    3 parameters [string: string]
"""#

    private static let storagemigration_v1beta1: StaticString = #"""
package io.k8s.api.storagemigration.v1beta1 group storagemigration.k8s.io version v1beta1

kind StorageVersionMigration
    resource storageversionmigrations storageversionmigration cluster
    subresource status StorageVersionMigration get,patch,update
    column Name string
    column Resource string
    column Status string
    1 metadata meta_v1.ObjectMeta  always
    2 spec StorageVersionMigrationSpec  always
    3 status StorageVersionMigrationStatus  always

type StorageVersionMigrationSpec
    1 resource meta_v1.GroupResource  required always

type StorageVersionMigrationStatus
    1 conditions [meta_v1.Condition]  map(type) patch(merge,key=type)
    2 resourceVersion string
"""#
}
