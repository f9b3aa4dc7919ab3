// swift-format-ignore-file: one rule a line

/// The roles and bindings of every cluster.
///
/// A role is a line `clusterrole NAME` or `role NAMESPACE/NAME` and its indented rules: API groups, resources, verbs and, for some,
/// names of objects; or `paths`, paths and verbs. `core` is the group without a name; `read`, `write` and `all` are the usual verbs.
/// `part-of` and `gathers` label and select roles that are aggregated. A binding is one line: its role and its subjects.
extension BootstrapFacts {
    static let roles = """
        clusterrole admin
          gathers admin
        clusterrole cluster-admin
          * * *
          paths * *
        clusterrole edit
          part-of admin
          gathers edit
        clusterrole system:aggregate-to-admin
          part-of admin
          authorization.k8s.io localsubjectaccessreviews create
          rbac.authorization.k8s.io rolebindings,roles all
        clusterrole system:aggregate-to-edit
          part-of edit
          core pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy read
          core serviceaccounts impersonate
          core pods,pods/attach,pods/exec,pods/portforward,pods/proxy write
          core pods/eviction create
          core configmaps,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy write
          core serviceaccounts/token create
          core,events.k8s.io events write
          apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale write
          autoscaling horizontalpodautoscalers write
          batch cronjobs,jobs write
          extensions daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale write
          policy poddisruptionbudgets write
          networking.k8s.io ingresses,networkpolicies write
          coordination.k8s.io leases all
          resource.k8s.io resourceclaims,resourceclaimtemplates write
        clusterrole system:aggregate-to-view
          part-of view
          core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status read
          core bindings,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status read
          core namespaces read
          core,events.k8s.io events read
          discovery.k8s.io endpointslices read
          apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status read
          autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status read
          batch cronjobs,cronjobs/status,jobs,jobs/status read
          extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale read
          policy poddisruptionbudgets,poddisruptionbudgets/status read
          networking.k8s.io ingresses,ingresses/status,networkpolicies read
          resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates read
        clusterrole system:auth-delegator
          authentication.k8s.io tokenreviews create
          authorization.k8s.io subjectaccessreviews create
        clusterrole system:basic-user
          authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews create
          authentication.k8s.io selfsubjectreviews create
        clusterrole system:certificates.k8s.io:certificatesigningrequests:nodeclient
          certificates.k8s.io certificatesigningrequests/nodeclient create
        clusterrole system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
          certificates.k8s.io certificatesigningrequests/selfnodeclient create
        clusterrole system:certificates.k8s.io:kube-apiserver-client-approver
          certificates.k8s.io signers approve kubernetes.io/kube-apiserver-client
        clusterrole system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
          certificates.k8s.io signers approve kubernetes.io/kube-apiserver-client-kubelet
        clusterrole system:certificates.k8s.io:kubelet-serving-approver
          certificates.k8s.io signers approve kubernetes.io/kubelet-serving
        clusterrole system:certificates.k8s.io:legacy-unknown-approver
          certificates.k8s.io signers approve kubernetes.io/legacy-unknown
        clusterrole system:controller:attachdetach-controller
          core persistentvolumeclaims,persistentvolumes list,watch
          core nodes read
          core nodes/status patch,update
          core pods list,watch
          core,events.k8s.io events create,patch,update
          storage.k8s.io volumeattachments create,delete,get,list,watch
          storage.k8s.io csidrivers read
          storage.k8s.io csinodes read
        clusterrole system:controller:certificate-controller
          certificates.k8s.io certificatesigningrequests delete,get,list,watch
          certificates.k8s.io certificatesigningrequests/approval,certificatesigningrequests/status update
          certificates.k8s.io signers approve kubernetes.io/kube-apiserver-client-kubelet
          certificates.k8s.io signers sign kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving,kubernetes.io/legacy-unknown
          authorization.k8s.io subjectaccessreviews create
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:clusterrole-aggregation-controller
          rbac.authorization.k8s.io clusterroles escalate,get,list,patch,update,watch
        clusterrole system:controller:cronjob-controller
          batch cronjobs get,list,update,watch
          batch jobs create,delete,get,list,patch,update,watch
          batch cronjobs/status update
          batch cronjobs/finalizers update
          core pods delete,list,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:daemon-set-controller
          apps,extensions daemonsets read
          apps,extensions daemonsets/status update
          apps,extensions daemonsets/finalizers update
          core nodes list,watch
          core pods create,delete,list,patch,watch
          core pods/binding create
          apps controllerrevisions create,delete,get,list,patch,update,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:deployment-controller
          apps,extensions deployments get,list,update,watch
          apps,extensions deployments/status update
          apps,extensions deployments/finalizers update
          apps,extensions replicasets create,delete,get,list,patch,update,watch
          core pods get,list,update,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:device-taint-eviction-controller
          core pods delete,get,list,watch
          core pods/status patch,update
          resource.k8s.io resourceclaims read
          resource.k8s.io resourceslices read
          resource.k8s.io deviceclasses read
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:disruption-controller
          apps,extensions deployments read
          apps,extensions replicasets read
          core replicationcontrollers read
          policy poddisruptionbudgets read
          apps statefulsets read
          policy poddisruptionbudgets/status update
          core pods/status patch,update
          * */scale get
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:endpoint-controller
          core pods,services read
          core endpoints create,delete,get,list,update,watch
          core endpoints/restricted create
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:endpointslice-controller
          core nodes,pods,services read
          core services/finalizers update
          discovery.k8s.io endpointslices create,delete,get,list,update,watch
          discovery.k8s.io endpointslices/restricted create
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:endpointslicemirroring-controller
          core endpoints,services read
          core services/finalizers update
          core endpoints/finalizers update
          discovery.k8s.io endpointslices create,delete,get,list,update,watch
          discovery.k8s.io endpointslices/restricted create
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:ephemeral-volume-controller
          core pods read
          core pods/finalizers update
          core persistentvolumeclaims create,get,list,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:expand-controller
          core persistentvolumes get,list,patch,update,watch
          core persistentvolumeclaims/status patch,update
          core persistentvolumeclaims read
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:generic-garbage-collector
          * * delete,get,list,patch,update,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:horizontal-pod-autoscaler
          autoscaling horizontalpodautoscalers read
          autoscaling horizontalpodautoscalers/status update
          * */scale get,update
          core pods list,watch
          metrics.k8s.io pods list,watch
          custom.metrics.k8s.io * read
          external.metrics.k8s.io * read
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:job-controller
          batch jobs get,list,patch,update,watch
          batch jobs/status update
          batch jobs/finalizers update
          core pods create,delete,list,patch,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:legacy-service-account-token-cleaner
          core configmaps get kube-apiserver-legacy-service-account-token-tracking
          core secrets delete,patch
        clusterrole system:controller:namespace-controller
          core namespaces delete,get,list,watch
          core namespaces/finalize,namespaces/status update
          * * delete,deletecollection,get,list,watch
        clusterrole system:controller:node-controller
          core nodes delete,get,list,patch,update,watch
          core nodes/status patch,update
          core pods/status patch,update
          core pods delete,get,list,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:persistent-volume-binder
          core persistentvolumes create,delete,get,list,update,watch
          core persistentvolumes/status update
          core persistentvolumeclaims get,list,update,watch
          core persistentvolumeclaims/status update
          core pods create,delete,get,list,watch
          storage.k8s.io storageclasses read
          core nodes list,watch
          core,events.k8s.io events create,patch,update
          core events watch
        clusterrole system:controller:pod-garbage-collector
          core pods delete,list,watch
          core nodes read
          core pods/status patch
        clusterrole system:controller:pv-protection-controller
          core persistentvolumes get,list,update,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:pvc-protection-controller
          core persistentvolumeclaims get,list,update,watch
          core persistentvolumeclaims/status update
          core pods read
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:replicaset-controller
          apps,extensions replicasets get,list,update,watch
          apps,extensions replicasets/status update
          apps,extensions replicasets/finalizers update
          core pods create,delete,list,patch,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:replication-controller
          core replicationcontrollers get,list,update,watch
          core replicationcontrollers/status update
          core replicationcontrollers/finalizers update
          core pods create,delete,list,patch,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:resource-claim-controller
          core pods read
          core pods/finalizers update
          resource.k8s.io resourceclaims create,delete,get,list,watch
          resource.k8s.io resourceclaims,resourceclaims/status patch,update
          core pods/status patch,update
          core,events.k8s.io events create,patch,update
          resource.k8s.io resourceclaims/binding patch,update
        clusterrole system:controller:resourcequota-controller
          * * list,watch
          core resourcequotas/status update
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:root-ca-cert-publisher
          core configmaps create,update
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:route-controller
          core nodes list,watch
          core nodes/status patch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:selinux-warning-controller
          core,events.k8s.io events create,patch,update
          core persistentvolumes read
          core persistentvolumeclaims read
          core pods read
          storage.k8s.io csidrivers read
        clusterrole system:controller:service-account-controller
          core serviceaccounts create
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:service-cidrs-controller
          networking.k8s.io servicecidrs get,list,patch,update,watch
          networking.k8s.io servicecidrs/finalizers patch,update
          networking.k8s.io servicecidrs/status patch,update
          networking.k8s.io ipaddresses read
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:service-controller
          core services read
          core services/status patch,update
          core nodes list,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:statefulset-controller
          core pods list,watch
          apps statefulsets read
          apps statefulsets/status update
          apps statefulsets/finalizers update
          core pods create,delete,get,patch,update
          apps controllerrevisions create,delete,get,list,patch,update,watch
          core persistentvolumeclaims create,get,list,watch
          core persistentvolumeclaims delete,update
          core pods/finalizers update
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:ttl-after-finished-controller
          batch jobs delete,get,list,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:ttl-controller
          core nodes list,patch,update,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:validatingadmissionpolicy-status-controller
          admissionregistration.k8s.io validatingadmissionpolicies read
          admissionregistration.k8s.io validatingadmissionpolicies/status get,patch,update
          core,events.k8s.io events create,patch,update
        clusterrole system:controller:volumeattributesclass-protection-controller
          core persistentvolumeclaims read
          core persistentvolumes read
          storage.k8s.io volumeattributesclasses get,list,update,watch
          core,events.k8s.io events create,patch,update
        clusterrole system:discovery
          paths /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/ get
        clusterrole system:heapster
          core events,namespaces,nodes,pods read
          extensions deployments read
        clusterrole system:kube-aggregator
          core endpoints,services read
        clusterrole system:kube-controller-manager
          core,events.k8s.io events create,patch,update
          coordination.k8s.io leases create
          coordination.k8s.io leases get,update kube-controller-manager
          core secrets,serviceaccounts create
          core secrets delete
          core configmaps,namespaces,secrets,serviceaccounts get
          core secrets,serviceaccounts update
          authentication.k8s.io tokenreviews create
          authorization.k8s.io subjectaccessreviews create
          * * list,watch
          core serviceaccounts/token create
        clusterrole system:kube-dns
          core endpoints,services list,watch
        clusterrole system:kube-scheduler
          core,events.k8s.io events create,patch,update
          coordination.k8s.io leases create
          coordination.k8s.io leases get,list,update,watch kube-scheduler
          coordination.k8s.io leasecandidates all
          core nodes read
          core pods delete,get,list,watch
          core bindings,pods/binding create
          core pods/status patch,update
          core replicationcontrollers,services read
          apps,extensions replicasets read
          apps statefulsets read
          policy poddisruptionbudgets read
          core persistentvolumeclaims,persistentvolumes read
          authentication.k8s.io tokenreviews create
          authorization.k8s.io subjectaccessreviews create
          storage.k8s.io csinodes read
          storage.k8s.io volumeattachments read
          core namespaces read
          storage.k8s.io csidrivers read
          storage.k8s.io csistoragecapacities read
          resource.k8s.io deviceclasses read
          resource.k8s.io resourceclaims get,list,patch,update,watch
          resource.k8s.io resourceclaims/status get,list,patch,update,watch
          core pods/finalizers update
          resource.k8s.io resourceslices read
          resource.k8s.io resourceclaims create,delete
          resource.k8s.io resourceclaims/binding patch,update
        clusterrole system:kubelet-api-admin
          core nodes read
          core nodes proxy
          core nodes/log,nodes/metrics,nodes/proxy,nodes/stats *
          core nodes/configz,nodes/healthz,nodes/pods *
        clusterrole system:monitoring
          paths /flagz,/healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*,/statusz get
          core nodes/metrics get
        clusterrole system:node
          authentication.k8s.io tokenreviews create
          authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews create
          core services read
          core nodes create,get,list,watch
          core nodes/status patch,update
          core nodes patch,update
          core,events.k8s.io events create,patch,update
          core pods read
          core pods create,delete
          core pods/status patch,update
          core pods/eviction create
          core configmaps,secrets read
          core persistentvolumeclaims,persistentvolumes get
          core endpoints get
          certificates.k8s.io certificatesigningrequests create,get,list,watch
          coordination.k8s.io leases create,delete,get,patch,update
          storage.k8s.io volumeattachments get
          core serviceaccounts/token create
          core persistentvolumeclaims/status get,patch,update
          storage.k8s.io csidrivers read
          storage.k8s.io csinodes create,delete,get,patch,update
          node.k8s.io runtimeclasses read
          resource.k8s.io resourceclaims get
          resource.k8s.io resourceslices deletecollection
          core serviceaccounts get
        clusterrole system:node-bootstrapper
          certificates.k8s.io certificatesigningrequests create,get,list,watch
        clusterrole system:node-problem-detector
          core nodes get
          core nodes/status patch
          core,events.k8s.io events create,patch,update
        clusterrole system:node-proxier
          core endpoints,services list,watch
          core nodes read
          core,events.k8s.io events create,patch,update
          networking.k8s.io servicecidrs list,watch
          discovery.k8s.io endpointslices list,watch
        clusterrole system:persistent-volume-provisioner
          core persistentvolumes create,delete,get,list,watch
          core persistentvolumeclaims get,list,update,watch
          storage.k8s.io storageclasses read
          core events watch
          core,events.k8s.io events create,patch,update
        clusterrole system:public-info-viewer
          paths /healthz,/livez,/readyz,/version,/version/ get
        clusterrole system:service-account-issuer-discovery
          paths /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/ get
        clusterrole system:volume-scheduler
          core persistentvolumes get,list,patch,update,watch
          storage.k8s.io storageclasses read
          core persistentvolumeclaims get,list,patch,update,watch
        clusterrole view
          part-of edit
          gathers view
        role kube-public/system:controller:bootstrap-signer
          core configmaps read
          core configmaps update cluster-info
          core,events.k8s.io events create,patch,update
        role kube-system/extension-apiserver-authentication-reader
          core configmaps read extension-apiserver-authentication
        role kube-system/system::leader-locking-kube-controller-manager
          coordination.k8s.io leases create,get,list,update,watch
          coordination.k8s.io leasecandidates create,get,list,update,watch
        role kube-system/system::leader-locking-kube-scheduler
          coordination.k8s.io leases create,get,list,update,watch
          coordination.k8s.io leasecandidates create,get,list,update,watch
        role kube-system/system:controller:bootstrap-signer
          core secrets read
        role kube-system/system:controller:cloud-provider
          core configmaps create,get,list,watch
        role kube-system/system:controller:token-cleaner
          core secrets delete,get,list,watch
          core,events.k8s.io events create,patch,update
        clusterrolebinding cluster-admin clusterrole=cluster-admin group=system:masters
        clusterrolebinding system:basic-user clusterrole=system:basic-user group=system:authenticated
        clusterrolebinding system:controller:attachdetach-controller clusterrole=system:controller:attachdetach-controller account=kube-system/attachdetach-controller
        clusterrolebinding system:controller:certificate-controller clusterrole=system:controller:certificate-controller account=kube-system/certificate-controller
        clusterrolebinding system:controller:clusterrole-aggregation-controller clusterrole=system:controller:clusterrole-aggregation-controller account=kube-system/clusterrole-aggregation-controller
        clusterrolebinding system:controller:cronjob-controller clusterrole=system:controller:cronjob-controller account=kube-system/cronjob-controller
        clusterrolebinding system:controller:daemon-set-controller clusterrole=system:controller:daemon-set-controller account=kube-system/daemon-set-controller
        clusterrolebinding system:controller:deployment-controller clusterrole=system:controller:deployment-controller account=kube-system/deployment-controller
        clusterrolebinding system:controller:device-taint-eviction-controller clusterrole=system:controller:device-taint-eviction-controller account=kube-system/device-taint-eviction-controller
        clusterrolebinding system:controller:disruption-controller clusterrole=system:controller:disruption-controller account=kube-system/disruption-controller
        clusterrolebinding system:controller:endpoint-controller clusterrole=system:controller:endpoint-controller account=kube-system/endpoint-controller
        clusterrolebinding system:controller:endpointslice-controller clusterrole=system:controller:endpointslice-controller account=kube-system/endpointslice-controller
        clusterrolebinding system:controller:endpointslicemirroring-controller clusterrole=system:controller:endpointslicemirroring-controller account=kube-system/endpointslicemirroring-controller
        clusterrolebinding system:controller:ephemeral-volume-controller clusterrole=system:controller:ephemeral-volume-controller account=kube-system/ephemeral-volume-controller
        clusterrolebinding system:controller:expand-controller clusterrole=system:controller:expand-controller account=kube-system/expand-controller
        clusterrolebinding system:controller:generic-garbage-collector clusterrole=system:controller:generic-garbage-collector account=kube-system/generic-garbage-collector
        clusterrolebinding system:controller:horizontal-pod-autoscaler clusterrole=system:controller:horizontal-pod-autoscaler account=kube-system/horizontal-pod-autoscaler
        clusterrolebinding system:controller:job-controller clusterrole=system:controller:job-controller account=kube-system/job-controller
        clusterrolebinding system:controller:legacy-service-account-token-cleaner clusterrole=system:controller:legacy-service-account-token-cleaner account=kube-system/legacy-service-account-token-cleaner
        clusterrolebinding system:controller:namespace-controller clusterrole=system:controller:namespace-controller account=kube-system/namespace-controller
        clusterrolebinding system:controller:node-controller clusterrole=system:controller:node-controller account=kube-system/node-controller
        clusterrolebinding system:controller:persistent-volume-binder clusterrole=system:controller:persistent-volume-binder account=kube-system/persistent-volume-binder
        clusterrolebinding system:controller:pod-garbage-collector clusterrole=system:controller:pod-garbage-collector account=kube-system/pod-garbage-collector
        clusterrolebinding system:controller:pv-protection-controller clusterrole=system:controller:pv-protection-controller account=kube-system/pv-protection-controller
        clusterrolebinding system:controller:pvc-protection-controller clusterrole=system:controller:pvc-protection-controller account=kube-system/pvc-protection-controller
        clusterrolebinding system:controller:replicaset-controller clusterrole=system:controller:replicaset-controller account=kube-system/replicaset-controller
        clusterrolebinding system:controller:replication-controller clusterrole=system:controller:replication-controller account=kube-system/replication-controller
        clusterrolebinding system:controller:resource-claim-controller clusterrole=system:controller:resource-claim-controller account=kube-system/resource-claim-controller
        clusterrolebinding system:controller:resourcequota-controller clusterrole=system:controller:resourcequota-controller account=kube-system/resourcequota-controller
        clusterrolebinding system:controller:root-ca-cert-publisher clusterrole=system:controller:root-ca-cert-publisher account=kube-system/root-ca-cert-publisher
        clusterrolebinding system:controller:route-controller clusterrole=system:controller:route-controller account=kube-system/route-controller
        clusterrolebinding system:controller:selinux-warning-controller clusterrole=system:controller:selinux-warning-controller account=kube-system/selinux-warning-controller
        clusterrolebinding system:controller:service-account-controller clusterrole=system:controller:service-account-controller account=kube-system/service-account-controller
        clusterrolebinding system:controller:service-cidrs-controller clusterrole=system:controller:service-cidrs-controller account=kube-system/service-cidrs-controller
        clusterrolebinding system:controller:service-controller clusterrole=system:controller:service-controller account=kube-system/service-controller
        clusterrolebinding system:controller:statefulset-controller clusterrole=system:controller:statefulset-controller account=kube-system/statefulset-controller
        clusterrolebinding system:controller:ttl-after-finished-controller clusterrole=system:controller:ttl-after-finished-controller account=kube-system/ttl-after-finished-controller
        clusterrolebinding system:controller:ttl-controller clusterrole=system:controller:ttl-controller account=kube-system/ttl-controller
        clusterrolebinding system:controller:validatingadmissionpolicy-status-controller clusterrole=system:controller:validatingadmissionpolicy-status-controller account=kube-system/validatingadmissionpolicy-status-controller
        clusterrolebinding system:controller:volumeattributesclass-protection-controller clusterrole=system:controller:volumeattributesclass-protection-controller account=kube-system/volumeattributesclass-protection-controller
        clusterrolebinding system:discovery clusterrole=system:discovery group=system:authenticated
        clusterrolebinding system:kube-controller-manager clusterrole=system:kube-controller-manager user=system:kube-controller-manager
        clusterrolebinding system:kube-dns clusterrole=system:kube-dns account=kube-system/kube-dns
        clusterrolebinding system:kube-scheduler clusterrole=system:kube-scheduler user=system:kube-scheduler
        clusterrolebinding system:monitoring clusterrole=system:monitoring group=system:monitoring
        clusterrolebinding system:node clusterrole=system:node
        clusterrolebinding system:node-proxier clusterrole=system:node-proxier user=system:kube-proxy
        clusterrolebinding system:public-info-viewer clusterrole=system:public-info-viewer group=system:authenticated group=system:unauthenticated
        clusterrolebinding system:service-account-issuer-discovery clusterrole=system:service-account-issuer-discovery group=system:serviceaccounts
        clusterrolebinding system:volume-scheduler clusterrole=system:volume-scheduler user=system:kube-scheduler
        rolebinding kube-public/system:controller:bootstrap-signer role=system:controller:bootstrap-signer account=kube-system/bootstrap-signer
        rolebinding kube-system/system::extension-apiserver-authentication-reader role=extension-apiserver-authentication-reader user=system:kube-controller-manager user=system:kube-scheduler
        rolebinding kube-system/system::leader-locking-kube-controller-manager role=system::leader-locking-kube-controller-manager user=system:kube-controller-manager account=kube-system/kube-controller-manager account=kube-system/leader-election-controller
        rolebinding kube-system/system::leader-locking-kube-scheduler role=system::leader-locking-kube-scheduler user=system:kube-scheduler account=kube-system/kube-scheduler
        rolebinding kube-system/system:controller:bootstrap-signer role=system:controller:bootstrap-signer account=kube-system/bootstrap-signer
        rolebinding kube-system/system:controller:cloud-provider role=system:controller:cloud-provider account=kube-system/cloud-provider
        rolebinding kube-system/system:controller:token-cleaner role=system:controller:token-cleaner account=kube-system/token-cleaner
        """
}
