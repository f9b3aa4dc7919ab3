// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct ApiextensionsServiceReference: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var namespace: String { get { raw.text("namespace") } set { raw.set("namespace", newValue, keepsEmpty: true) } }
    package var path: String { get { raw.text("path") } set { raw.set("path", newValue, keepsEmpty: false) } }
    package var port: Int? { get { raw.integer("port") } set { raw.set("port", newValue) } }
}

package struct ApiextensionsWebhookClientConfig: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var caBundle: String { get { raw.text("caBundle") } set { raw.set("caBundle", newValue, keepsEmpty: false) } }
    package var service: ApiextensionsServiceReference? { get { raw.optionalView("service") } _modify { var view: ApiextensionsServiceReference? = raw.takeOptionalView("service"); defer { raw.put("service", value: view?.raw) }; yield &view } }
    package var url: String { get { raw.text("url") } set { raw.set("url", newValue, keepsEmpty: false) } }
}

package struct ConversionRequest: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var desiredAPIVersion: String { get { raw.text("desiredAPIVersion") } set { raw.set("desiredAPIVersion", newValue, keepsEmpty: false) } }
    package var objects: [Value] { get { raw["objects"]?.array ?? [] } set { raw["objects"] = newValue.isEmpty ? nil : .array(newValue) } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct ConversionResponse: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var convertedObjects: [Value] { get { raw["convertedObjects"]?.array ?? [] } set { raw["convertedObjects"] = newValue.isEmpty ? nil : .array(newValue) } }
    package var result: Status? { get { raw.optionalView("result") } _modify { var view: Status? = raw.takeOptionalView("result"); defer { raw.put("result", value: view?.raw) }; yield &view } }
    package var uid: String { get { raw.text("uid") } set { raw.set("uid", newValue, keepsEmpty: false) } }
}

package struct ConversionReview: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var request: ConversionRequest? { get { raw.optionalView("request") } _modify { var view: ConversionRequest? = raw.takeOptionalView("request"); defer { raw.put("request", value: view?.raw) }; yield &view } }
    package var response: ConversionResponse? { get { raw.optionalView("response") } _modify { var view: ConversionResponse? = raw.takeOptionalView("response"); defer { raw.put("response", value: view?.raw) }; yield &view } }
}

package struct CustomResourceColumnDefinition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var description: String { get { raw.text("description") } set { raw.set("description", newValue, keepsEmpty: false) } }
    package var format: String { get { raw.text("format") } set { raw.set("format", newValue, keepsEmpty: false) } }
    package var jsonPath: String { get { raw.text("jsonPath") } set { raw.set("jsonPath", newValue, keepsEmpty: true) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var priority: Int? { get { raw.integer("priority") } set { raw.set("priority", newValue) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct CustomResourceConversion: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var strategy: String { get { raw.text("strategy") } set { raw.set("strategy", newValue, keepsEmpty: true) } }
    package var webhook: WebhookConversion? { get { raw.optionalView("webhook") } _modify { var view: WebhookConversion? = raw.takeOptionalView("webhook"); defer { raw.put("webhook", value: view?.raw) }; yield &view } }
}

package struct CustomResourceDefinition: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition", resource: "customresourcedefinitions", isNamespaced: false)
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var spec: CustomResourceDefinitionSpec { get { raw.view("spec") } _modify { var view: CustomResourceDefinitionSpec = raw.takeView("spec"); defer { raw.put("spec", view) }; yield &view } }
    package var status: CustomResourceDefinitionStatus { get { raw.view("status") } _modify { var view: CustomResourceDefinitionStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct CustomResourceDefinitionCondition: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var lastTransitionTime: String { get { raw.text("lastTransitionTime") } set { raw.set("lastTransitionTime", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var status: String { get { raw.text("status") } set { raw.set("status", newValue, keepsEmpty: true) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: true) } }
}

package struct CustomResourceDefinitionNames: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var categories: [String] { get { raw.strings("categories") } set { raw.set("categories", newValue) } }
    package var kind: String { get { raw.text("kind") } set { raw.set("kind", newValue, keepsEmpty: true) } }
    package var listKind: String { get { raw.text("listKind") } set { raw.set("listKind", newValue, keepsEmpty: false) } }
    package var plural: String { get { raw.text("plural") } set { raw.set("plural", newValue, keepsEmpty: true) } }
    package var shortNames: [String] { get { raw.strings("shortNames") } set { raw.set("shortNames", newValue) } }
    package var singular: String { get { raw.text("singular") } set { raw.set("singular", newValue, keepsEmpty: false) } }
}

package struct CustomResourceDefinitionSpec: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var conversion: CustomResourceConversion? { get { raw.optionalView("conversion") } _modify { var view: CustomResourceConversion? = raw.takeOptionalView("conversion"); defer { raw.put("conversion", value: view?.raw) }; yield &view } }
    package var group: String { get { raw.text("group") } set { raw.set("group", newValue, keepsEmpty: true) } }
    package var names: CustomResourceDefinitionNames { get { raw.view("names") } _modify { var view: CustomResourceDefinitionNames = raw.takeView("names"); defer { raw.put("names", view) }; yield &view } }
    package var preserveUnknownFields: Bool? { get { raw.flag("preserveUnknownFields") } set { raw.set("preserveUnknownFields", newValue) } }
    package var scope: String { get { raw.text("scope") } set { raw.set("scope", newValue, keepsEmpty: true) } }
    package var versions: ViewList<CustomResourceDefinitionVersion> { get { raw.viewList("versions") } _modify { var list: ViewList<CustomResourceDefinitionVersion> = raw.takeViewList("versions"); defer { raw.put("versions", list) }; yield &list } }
}

package struct CustomResourceDefinitionStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var acceptedNames: CustomResourceDefinitionNames? { get { raw.optionalView("acceptedNames") } _modify { var view: CustomResourceDefinitionNames? = raw.takeOptionalView("acceptedNames"); defer { raw.put("acceptedNames", value: view?.raw) }; yield &view } }
    package var conditions: ViewList<CustomResourceDefinitionCondition> { get { raw.viewList("conditions") } _modify { var list: ViewList<CustomResourceDefinitionCondition> = raw.takeViewList("conditions"); defer { raw.put("conditions", list) }; yield &list } }
    package var observedGeneration: Int? { get { raw.integer("observedGeneration") } set { raw.set("observedGeneration", newValue) } }
    package var storedVersions: [String] { get { raw.strings("storedVersions") } set { raw.set("storedVersions", newValue) } }
}

package struct CustomResourceDefinitionVersion: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var additionalPrinterColumns: ViewList<CustomResourceColumnDefinition> { get { raw.viewList("additionalPrinterColumns") } _modify { var list: ViewList<CustomResourceColumnDefinition> = raw.takeViewList("additionalPrinterColumns"); defer { raw.put("additionalPrinterColumns", list) }; yield &list } }
    package var deprecated: Bool? { get { raw.flag("deprecated") } set { raw.set("deprecated", newValue) } }
    package var deprecationWarning: String { get { raw.text("deprecationWarning") } set { raw.set("deprecationWarning", newValue, keepsEmpty: false) } }
    package var name: String { get { raw.text("name") } set { raw.set("name", newValue, keepsEmpty: true) } }
    package var schema: CustomResourceValidation? { get { raw.optionalView("schema") } _modify { var view: CustomResourceValidation? = raw.takeOptionalView("schema"); defer { raw.put("schema", value: view?.raw) }; yield &view } }
    package var selectableFields: ViewList<SelectableField> { get { raw.viewList("selectableFields") } _modify { var list: ViewList<SelectableField> = raw.takeViewList("selectableFields"); defer { raw.put("selectableFields", list) }; yield &list } }
    package var served: Bool { get { raw.flag("served") ?? false } set { raw.set("served", newValue) } }
    package var storage: Bool { get { raw.flag("storage") ?? false } set { raw.set("storage", newValue) } }
    package var subresources: CustomResourceSubresources? { get { raw.optionalView("subresources") } _modify { var view: CustomResourceSubresources? = raw.takeOptionalView("subresources"); defer { raw.put("subresources", value: view?.raw) }; yield &view } }
}

package struct CustomResourceSubresourceScale: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var labelSelectorPath: String { get { raw.text("labelSelectorPath") } set { raw.set("labelSelectorPath", newValue, keepsEmpty: false) } }
    package var specReplicasPath: String { get { raw.text("specReplicasPath") } set { raw.set("specReplicasPath", newValue, keepsEmpty: true) } }
    package var statusReplicasPath: String { get { raw.text("statusReplicasPath") } set { raw.set("statusReplicasPath", newValue, keepsEmpty: true) } }
}

package struct CustomResourceSubresourceStatus: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
}

package struct CustomResourceSubresources: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var scale: CustomResourceSubresourceScale? { get { raw.optionalView("scale") } _modify { var view: CustomResourceSubresourceScale? = raw.takeOptionalView("scale"); defer { raw.put("scale", value: view?.raw) }; yield &view } }
    package var status: CustomResourceSubresourceStatus { get { raw.view("status") } _modify { var view: CustomResourceSubresourceStatus = raw.takeView("status"); defer { raw.put("status", view) }; yield &view } }
}

package struct CustomResourceValidation: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var openAPIV3Schema: JSONSchemaProps? { get { raw.optionalView("openAPIV3Schema") } _modify { var view: JSONSchemaProps? = raw.takeOptionalView("openAPIV3Schema"); defer { raw.put("openAPIV3Schema", value: view?.raw) }; yield &view } }
}

package struct ExternalDocumentation: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var description: String { get { raw.text("description") } set { raw.set("description", newValue, keepsEmpty: false) } }
    package var url: String { get { raw.text("url") } set { raw.set("url", newValue, keepsEmpty: false) } }
}

package struct JSONSchemaProps: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var ref: String { get { raw.text("$ref") } set { raw.set("$ref", newValue, keepsEmpty: false) } }
    package var schema: String { get { raw.text("$schema") } set { raw.set("$schema", newValue, keepsEmpty: false) } }
    package var additionalItems: Value? { get { raw["additionalItems"] } _modify { yield &raw["additionalItems"] } }
    package var additionalProperties: Value? { get { raw["additionalProperties"] } _modify { yield &raw["additionalProperties"] } }
    package var allOf: ViewList<JSONSchemaProps> { get { raw.viewList("allOf") } _modify { var list: ViewList<JSONSchemaProps> = raw.takeViewList("allOf"); defer { raw.put("allOf", list) }; yield &list } }
    package var anyOf: ViewList<JSONSchemaProps> { get { raw.viewList("anyOf") } _modify { var list: ViewList<JSONSchemaProps> = raw.takeViewList("anyOf"); defer { raw.put("anyOf", list) }; yield &list } }
    package var `default`: Value? { get { raw["default"] } _modify { yield &raw["default"] } }
    package var definitions: [String: JSONSchemaProps] { get { raw.viewMap("definitions") } set { raw.set("definitions", newValue) } }
    package var dependencies: Value? { get { raw["dependencies"] } _modify { yield &raw["dependencies"] } }
    package var description: String { get { raw.text("description") } set { raw.set("description", newValue, keepsEmpty: false) } }
    package var `enum`: [Value] { get { raw["enum"]?.array ?? [] } set { raw["enum"] = newValue.isEmpty ? nil : .array(newValue) } }
    package var example: Value? { get { raw["example"] } _modify { yield &raw["example"] } }
    package var exclusiveMaximum: Bool? { get { raw.flag("exclusiveMaximum") } set { raw.set("exclusiveMaximum", newValue) } }
    package var exclusiveMinimum: Bool? { get { raw.flag("exclusiveMinimum") } set { raw.set("exclusiveMinimum", newValue) } }
    package var externalDocs: ExternalDocumentation? { get { raw.optionalView("externalDocs") } _modify { var view: ExternalDocumentation? = raw.takeOptionalView("externalDocs"); defer { raw.put("externalDocs", value: view?.raw) }; yield &view } }
    package var format: String { get { raw.text("format") } set { raw.set("format", newValue, keepsEmpty: false) } }
    package var id: String { get { raw.text("id") } set { raw.set("id", newValue, keepsEmpty: false) } }
    package var items: Value? { get { raw["items"] } _modify { yield &raw["items"] } }
    package var maxItems: Int? { get { raw.integer("maxItems") } set { raw.set("maxItems", newValue) } }
    package var maxLength: Int? { get { raw.integer("maxLength") } set { raw.set("maxLength", newValue) } }
    package var maxProperties: Int? { get { raw.integer("maxProperties") } set { raw.set("maxProperties", newValue) } }
    package var maximum: Double? { get { raw.fraction("maximum") } set { raw.set("maximum", newValue) } }
    package var minItems: Int? { get { raw.integer("minItems") } set { raw.set("minItems", newValue) } }
    package var minLength: Int? { get { raw.integer("minLength") } set { raw.set("minLength", newValue) } }
    package var minProperties: Int? { get { raw.integer("minProperties") } set { raw.set("minProperties", newValue) } }
    package var minimum: Double? { get { raw.fraction("minimum") } set { raw.set("minimum", newValue) } }
    package var multipleOf: Double? { get { raw.fraction("multipleOf") } set { raw.set("multipleOf", newValue) } }
    package var not: JSONSchemaProps? { get { raw.optionalView("not") } _modify { var view: JSONSchemaProps? = raw.takeOptionalView("not"); defer { raw.put("not", value: view?.raw) }; yield &view } }
    package var nullable: Bool? { get { raw.flag("nullable") } set { raw.set("nullable", newValue) } }
    package var oneOf: ViewList<JSONSchemaProps> { get { raw.viewList("oneOf") } _modify { var list: ViewList<JSONSchemaProps> = raw.takeViewList("oneOf"); defer { raw.put("oneOf", list) }; yield &list } }
    package var pattern: String { get { raw.text("pattern") } set { raw.set("pattern", newValue, keepsEmpty: false) } }
    package var patternProperties: [String: JSONSchemaProps] { get { raw.viewMap("patternProperties") } set { raw.set("patternProperties", newValue) } }
    package var properties: [String: JSONSchemaProps] { get { raw.viewMap("properties") } set { raw.set("properties", newValue) } }
    package var required: [String] { get { raw.strings("required") } set { raw.set("required", newValue) } }
    package var title: String { get { raw.text("title") } set { raw.set("title", newValue, keepsEmpty: false) } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
    package var uniqueItems: Bool? { get { raw.flag("uniqueItems") } set { raw.set("uniqueItems", newValue) } }
    package var xKubernetesEmbeddedResource: Bool? { get { raw.flag("x-kubernetes-embedded-resource") } set { raw.set("x-kubernetes-embedded-resource", newValue) } }
    package var xKubernetesIntOrString: Bool? { get { raw.flag("x-kubernetes-int-or-string") } set { raw.set("x-kubernetes-int-or-string", newValue) } }
    package var xKubernetesListMapKeys: [String] { get { raw.strings("x-kubernetes-list-map-keys") } set { raw.set("x-kubernetes-list-map-keys", newValue) } }
    package var xKubernetesListType: String { get { raw.text("x-kubernetes-list-type") } set { raw.set("x-kubernetes-list-type", newValue, keepsEmpty: false) } }
    package var xKubernetesMapType: String { get { raw.text("x-kubernetes-map-type") } set { raw.set("x-kubernetes-map-type", newValue, keepsEmpty: false) } }
    package var xKubernetesPreserveUnknownFields: Bool? { get { raw.flag("x-kubernetes-preserve-unknown-fields") } set { raw.set("x-kubernetes-preserve-unknown-fields", newValue) } }
    package var xKubernetesValidations: ViewList<ValidationRule> { get { raw.viewList("x-kubernetes-validations") } _modify { var list: ViewList<ValidationRule> = raw.takeViewList("x-kubernetes-validations"); defer { raw.put("x-kubernetes-validations", list) }; yield &list } }
}

package struct SelectableField: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var jsonPath: String { get { raw.text("jsonPath") } set { raw.set("jsonPath", newValue, keepsEmpty: true) } }
}

package struct ValidationRule: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var fieldPath: String { get { raw.text("fieldPath") } set { raw.set("fieldPath", newValue, keepsEmpty: false) } }
    package var message: String { get { raw.text("message") } set { raw.set("message", newValue, keepsEmpty: false) } }
    package var messageExpression: String { get { raw.text("messageExpression") } set { raw.set("messageExpression", newValue, keepsEmpty: false) } }
    package var optionalOldSelf: Bool? { get { raw.flag("optionalOldSelf") } set { raw.set("optionalOldSelf", newValue) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var rule: String { get { raw.text("rule") } set { raw.set("rule", newValue, keepsEmpty: true) } }
}

package struct WebhookConversion: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var clientConfig: ApiextensionsWebhookClientConfig? { get { raw.optionalView("clientConfig") } _modify { var view: ApiextensionsWebhookClientConfig? = raw.takeOptionalView("clientConfig"); defer { raw.put("clientConfig", value: view?.raw) }; yield &view } }
    package var conversionReviewVersions: [String] { get { raw.strings("conversionReviewVersions") } set { raw.set("conversionReviewVersions", newValue) } }
}
