/// Upstream's default roles and bindings (`kubectl get clusterroles -l kubernetes.io/bootstrapping=rbac-defaults`), as facts.
/// `RBACPolicy` has the notation.
let rbacPolicyText = """
    clusterrole admin gathers admin
    clusterrole cluster-admin
      * * *
      * url *
    clusterrole edit feeds admin gathers edit
    clusterrole system:aggregate-to-admin feeds admin
      create authorization.k8s.io localsubjectaccessreviews
      @all rbac.authorization.k8s.io rolebindings,roles
    clusterrole system:aggregate-to-edit feeds edit
      @read core pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy
      impersonate core serviceaccounts
      @write core pods,pods/attach,pods/exec,pods/portforward,pods/proxy
      create core pods/eviction
      @write core configmaps,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,
          services/proxy
      create core serviceaccounts/token
      @write core,events.k8s.io events
      @write apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale
      @write autoscaling horizontalpodautoscalers
      @write batch cronjobs,jobs
      @write extensions daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,
          replicasets/scale,replicationcontrollers/scale
      @write policy poddisruptionbudgets
      @write networking.k8s.io ingresses,networkpolicies
      @all coordination.k8s.io leases
      @write resource.k8s.io resourceclaims,resourceclaimtemplates
    clusterrole system:aggregate-to-view feeds view
      @read core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,
          replicationcontrollers/scale,serviceaccounts,services,services/status
      @read core bindings,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,
          resourcequotas/status
      @read core namespaces
      @read core,events.k8s.io events
      @read discovery.k8s.io endpointslices
      @read apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,
          replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status
      @read autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status
      @read batch cronjobs,cronjobs/status,jobs,jobs/status
      @read extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,
          networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale
      @read policy poddisruptionbudgets,poddisruptionbudgets/status
      @read networking.k8s.io ingresses,ingresses/status,networkpolicies
      @read resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates
    clusterrole system:auth-delegator
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io subjectaccessreviews
    clusterrole system:basic-user
      create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews
      create authentication.k8s.io selfsubjectreviews
    clusterrole system:certificates.k8s.io:certificatesigningrequests:nodeclient
      create certificates.k8s.io certificatesigningrequests/nodeclient
    clusterrole system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
      create certificates.k8s.io certificatesigningrequests/selfnodeclient
    clusterrole system:certificates.k8s.io:kube-apiserver-client-approver
      approve certificates.k8s.io signers named kubernetes.io/kube-apiserver-client
    clusterrole system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
      approve certificates.k8s.io signers named kubernetes.io/kube-apiserver-client-kubelet
    clusterrole system:certificates.k8s.io:kubelet-serving-approver
      approve certificates.k8s.io signers named kubernetes.io/kubelet-serving
    clusterrole system:certificates.k8s.io:legacy-unknown-approver
      approve certificates.k8s.io signers named kubernetes.io/legacy-unknown
    clusterrole system:controller:attachdetach-controller
      list,watch core persistentvolumeclaims,persistentvolumes
      @read core nodes
      patch,update core nodes/status
      list,watch core pods
      create,patch,update core,events.k8s.io events
      create,delete,get,list,watch storage.k8s.io volumeattachments
      @read storage.k8s.io csidrivers
      @read storage.k8s.io csinodes
    clusterrole system:controller:certificate-controller
      delete,get,list,watch certificates.k8s.io certificatesigningrequests
      update certificates.k8s.io certificatesigningrequests/approval,certificatesigningrequests/status
      approve certificates.k8s.io signers named kubernetes.io/kube-apiserver-client-kubelet
      sign certificates.k8s.io signers named kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,
          kubernetes.io/kubelet-serving,kubernetes.io/legacy-unknown
      create authorization.k8s.io subjectaccessreviews
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:clusterrole-aggregation-controller
      escalate,get,list,patch,update,watch rbac.authorization.k8s.io clusterroles
    clusterrole system:controller:cronjob-controller
      get,list,update,watch batch cronjobs
      create,delete,get,list,patch,update,watch batch jobs
      update batch cronjobs/status
      update batch cronjobs/finalizers
      delete,list,watch core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:daemon-set-controller
      @read apps,extensions daemonsets
      update apps,extensions daemonsets/status
      update apps,extensions daemonsets/finalizers
      list,watch core nodes
      create,delete,list,patch,watch core pods
      create core pods/binding
      create,delete,get,list,patch,update,watch apps controllerrevisions
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:deployment-controller
      get,list,update,watch apps,extensions deployments
      update apps,extensions deployments/status
      update apps,extensions deployments/finalizers
      create,delete,get,list,patch,update,watch apps,extensions replicasets
      get,list,update,watch core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:device-taint-eviction-controller
      delete,get,list,watch core pods
      patch,update core pods/status
      @read resource.k8s.io resourceclaims
      @read resource.k8s.io resourceslices
      @read resource.k8s.io deviceclasses
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:disruption-controller
      @read apps,extensions deployments
      @read apps,extensions replicasets
      @read core replicationcontrollers
      @read policy poddisruptionbudgets
      @read apps statefulsets
      update policy poddisruptionbudgets/status
      patch,update core pods/status
      get * */scale
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:endpoint-controller
      @read core pods,services
      create,delete,get,list,update,watch core endpoints
      create core endpoints/restricted
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:endpointslice-controller
      @read core nodes,pods,services
      update core services/finalizers
      create,delete,get,list,update,watch discovery.k8s.io endpointslices
      create discovery.k8s.io endpointslices/restricted
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:endpointslicemirroring-controller
      @read core endpoints,services
      update core services/finalizers
      update core endpoints/finalizers
      create,delete,get,list,update,watch discovery.k8s.io endpointslices
      create discovery.k8s.io endpointslices/restricted
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:ephemeral-volume-controller
      @read core pods
      update core pods/finalizers
      create,get,list,watch core persistentvolumeclaims
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:expand-controller
      get,list,patch,update,watch core persistentvolumes
      patch,update core persistentvolumeclaims/status
      @read core persistentvolumeclaims
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:generic-garbage-collector
      delete,get,list,patch,update,watch * *
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:horizontal-pod-autoscaler
      @read autoscaling horizontalpodautoscalers
      update autoscaling horizontalpodautoscalers/status
      get,update * */scale
      list,watch core pods
      list,watch metrics.k8s.io pods
      @read custom.metrics.k8s.io *
      @read external.metrics.k8s.io *
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:job-controller
      get,list,patch,update,watch batch jobs
      update batch jobs/status
      update batch jobs/finalizers
      create,delete,list,patch,watch core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:legacy-service-account-token-cleaner
      get core configmaps named kube-apiserver-legacy-service-account-token-tracking
      delete,patch core secrets
    clusterrole system:controller:namespace-controller
      delete,get,list,watch core namespaces
      update core namespaces/finalize,namespaces/status
      delete,deletecollection,get,list,watch * *
    clusterrole system:controller:node-controller
      delete,get,list,patch,update,watch core nodes
      patch,update core nodes/status
      patch,update core pods/status
      delete,get,list,watch core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:persistent-volume-binder
      create,delete,get,list,update,watch core persistentvolumes
      update core persistentvolumes/status
      get,list,update,watch core persistentvolumeclaims
      update core persistentvolumeclaims/status
      create,delete,get,list,watch core pods
      @read storage.k8s.io storageclasses
      list,watch core nodes
      create,patch,update core,events.k8s.io events
      watch core events
    clusterrole system:controller:pod-garbage-collector
      delete,list,watch core pods
      @read core nodes
      patch core pods/status
    clusterrole system:controller:pv-protection-controller
      get,list,update,watch core persistentvolumes
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:pvc-protection-controller
      get,list,update,watch core persistentvolumeclaims
      update core persistentvolumeclaims/status
      @read core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:replicaset-controller
      get,list,update,watch apps,extensions replicasets
      update apps,extensions replicasets/status
      update apps,extensions replicasets/finalizers
      create,delete,list,patch,watch core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:replication-controller
      get,list,update,watch core replicationcontrollers
      update core replicationcontrollers/status
      update core replicationcontrollers/finalizers
      create,delete,list,patch,watch core pods
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:resource-claim-controller
      @read core pods
      update core pods/finalizers
      create,delete,get,list,watch resource.k8s.io resourceclaims
      patch,update resource.k8s.io resourceclaims,resourceclaims/status
      patch,update core pods/status
      create,patch,update core,events.k8s.io events
      patch,update resource.k8s.io resourceclaims/binding
    clusterrole system:controller:resourcequota-controller
      list,watch * *
      update core resourcequotas/status
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:root-ca-cert-publisher
      create,update core configmaps
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:route-controller
      list,watch core nodes
      patch core nodes/status
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:selinux-warning-controller
      create,patch,update core,events.k8s.io events
      @read core persistentvolumes
      @read core persistentvolumeclaims
      @read core pods
      @read storage.k8s.io csidrivers
    clusterrole system:controller:service-account-controller
      create core serviceaccounts
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:service-cidrs-controller
      get,list,patch,update,watch networking.k8s.io servicecidrs
      patch,update networking.k8s.io servicecidrs/finalizers
      patch,update networking.k8s.io servicecidrs/status
      @read networking.k8s.io ipaddresses
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:service-controller
      @read core services
      patch,update core services/status
      list,watch core nodes
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:statefulset-controller
      list,watch core pods
      @read apps statefulsets
      update apps statefulsets/status
      update apps statefulsets/finalizers
      create,delete,get,patch,update core pods
      create,delete,get,list,patch,update,watch apps controllerrevisions
      create,get,list,watch core persistentvolumeclaims
      delete,update core persistentvolumeclaims
      update core pods/finalizers
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:ttl-after-finished-controller
      delete,get,list,watch batch jobs
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:ttl-controller
      list,patch,update,watch core nodes
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:validatingadmissionpolicy-status-controller
      @read admissionregistration.k8s.io validatingadmissionpolicies
      get,patch,update admissionregistration.k8s.io validatingadmissionpolicies/status
      create,patch,update core,events.k8s.io events
    clusterrole system:controller:volumeattributesclass-protection-controller
      @read core persistentvolumeclaims
      @read core persistentvolumes
      get,list,update,watch storage.k8s.io volumeattributesclasses
      create,patch,update core,events.k8s.io events
    clusterrole system:discovery
      get url /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/
    clusterrole system:heapster
      @read core events,namespaces,nodes,pods
      @read extensions deployments
    clusterrole system:kube-aggregator
      @read core endpoints,services
    clusterrole system:kube-controller-manager
      create,patch,update core,events.k8s.io events
      create coordination.k8s.io leases
      get,update coordination.k8s.io leases named kube-controller-manager
      create core secrets,serviceaccounts
      delete core secrets
      get core configmaps,namespaces,secrets,serviceaccounts
      update core secrets,serviceaccounts
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io subjectaccessreviews
      list,watch * *
      create core serviceaccounts/token
    clusterrole system:kube-dns
      list,watch core endpoints,services
    clusterrole system:kube-scheduler
      create,patch,update core,events.k8s.io events
      create coordination.k8s.io leases
      get,list,update,watch coordination.k8s.io leases named kube-scheduler
      @all coordination.k8s.io leasecandidates
      @read core nodes
      delete,get,list,watch core pods
      create core bindings,pods/binding
      patch,update core pods/status
      @read core replicationcontrollers,services
      @read apps,extensions replicasets
      @read apps statefulsets
      @read policy poddisruptionbudgets
      @read core persistentvolumeclaims,persistentvolumes
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io subjectaccessreviews
      @read storage.k8s.io csinodes
      @read storage.k8s.io volumeattachments
      @read core namespaces
      @read storage.k8s.io csidrivers
      @read storage.k8s.io csistoragecapacities
      @read resource.k8s.io deviceclasses
      get,list,patch,update,watch resource.k8s.io resourceclaims
      get,list,patch,update,watch resource.k8s.io resourceclaims/status
      update core pods/finalizers
      @read resource.k8s.io resourceslices
      create,delete resource.k8s.io resourceclaims
      patch,update resource.k8s.io resourceclaims/binding
    clusterrole system:kubelet-api-admin
      @read core nodes
      proxy core nodes
      * core nodes/log,nodes/metrics,nodes/proxy,nodes/stats
      * core nodes/configz,nodes/healthz,nodes/pods
    clusterrole system:monitoring
      get url /flagz,/healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*,/statusz
      get core nodes/metrics
    clusterrole system:node
      create authentication.k8s.io tokenreviews
      create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews
      @read core services
      create,get,list,watch core nodes
      patch,update core nodes/status
      patch,update core nodes
      create,patch,update core,events.k8s.io events
      @read core pods
      create,delete core pods
      patch,update core pods/status
      create core pods/eviction
      @read core configmaps,secrets
      get core persistentvolumeclaims,persistentvolumes
      get core endpoints
      create,get,list,watch certificates.k8s.io certificatesigningrequests
      create,delete,get,patch,update coordination.k8s.io leases
      get storage.k8s.io volumeattachments
      create core serviceaccounts/token
      get,patch,update core persistentvolumeclaims/status
      @read storage.k8s.io csidrivers
      create,delete,get,patch,update storage.k8s.io csinodes
      @read node.k8s.io runtimeclasses
      get resource.k8s.io resourceclaims
      deletecollection resource.k8s.io resourceslices
      get core serviceaccounts
    clusterrole system:node-bootstrapper
      create,get,list,watch certificates.k8s.io certificatesigningrequests
    clusterrole system:node-problem-detector
      get core nodes
      patch core nodes/status
      create,patch,update core,events.k8s.io events
    clusterrole system:node-proxier
      list,watch core endpoints,services
      @read core nodes
      create,patch,update core,events.k8s.io events
      list,watch networking.k8s.io servicecidrs
      list,watch discovery.k8s.io endpointslices
    clusterrole system:persistent-volume-provisioner
      create,delete,get,list,watch core persistentvolumes
      get,list,update,watch core persistentvolumeclaims
      @read storage.k8s.io storageclasses
      watch core events
      create,patch,update core,events.k8s.io events
    clusterrole system:public-info-viewer
      get url /healthz,/livez,/readyz,/version,/version/
    clusterrole system:service-account-issuer-discovery
      get url /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/
    clusterrole system:volume-scheduler
      get,list,patch,update,watch core persistentvolumes
      @read storage.k8s.io storageclasses
      get,list,patch,update,watch core persistentvolumeclaims
    clusterrole view feeds edit gathers view
    role kube-public/system:controller:bootstrap-signer
      @read core configmaps
      update core configmaps named cluster-info
      create,patch,update core,events.k8s.io events
    role kube-system/extension-apiserver-authentication-reader
      @read core configmaps named extension-apiserver-authentication
    role kube-system/system::leader-locking-kube-controller-manager
      create,get,list,update,watch coordination.k8s.io leases
      create,get,list,update,watch coordination.k8s.io leasecandidates
    role kube-system/system::leader-locking-kube-scheduler
      create,get,list,update,watch coordination.k8s.io leases
      create,get,list,update,watch coordination.k8s.io leasecandidates
    role kube-system/system:controller:bootstrap-signer
      @read core secrets
    role kube-system/system:controller:cloud-provider
      create,get,list,watch core configmaps
    role kube-system/system:controller:token-cleaner
      delete,get,list,watch core secrets
      create,patch,update core,events.k8s.io events
    clusterrolebinding cluster-admin ClusterRole cluster-admin group:system:masters
    clusterrolebinding system:basic-user ClusterRole system:basic-user group:system:authenticated
    clusterrolebinding system:controller:attachdetach-controller ClusterRole system:controller:attachdetach-controller account:kube-system/attachdetach-controller
    clusterrolebinding system:controller:certificate-controller ClusterRole system:controller:certificate-controller account:kube-system/certificate-controller
    clusterrolebinding system:controller:clusterrole-aggregation-controller ClusterRole system:controller:clusterrole-aggregation-controller account:kube-system/clusterrole-aggregation-controller
    clusterrolebinding system:controller:cronjob-controller ClusterRole system:controller:cronjob-controller account:kube-system/cronjob-controller
    clusterrolebinding system:controller:daemon-set-controller ClusterRole system:controller:daemon-set-controller account:kube-system/daemon-set-controller
    clusterrolebinding system:controller:deployment-controller ClusterRole system:controller:deployment-controller account:kube-system/deployment-controller
    clusterrolebinding system:controller:device-taint-eviction-controller ClusterRole system:controller:device-taint-eviction-controller account:kube-system/device-taint-eviction-controller
    clusterrolebinding system:controller:disruption-controller ClusterRole system:controller:disruption-controller account:kube-system/disruption-controller
    clusterrolebinding system:controller:endpoint-controller ClusterRole system:controller:endpoint-controller account:kube-system/endpoint-controller
    clusterrolebinding system:controller:endpointslice-controller ClusterRole system:controller:endpointslice-controller account:kube-system/endpointslice-controller
    clusterrolebinding system:controller:endpointslicemirroring-controller ClusterRole system:controller:endpointslicemirroring-controller account:kube-system/endpointslicemirroring-controller
    clusterrolebinding system:controller:ephemeral-volume-controller ClusterRole system:controller:ephemeral-volume-controller account:kube-system/ephemeral-volume-controller
    clusterrolebinding system:controller:expand-controller ClusterRole system:controller:expand-controller account:kube-system/expand-controller
    clusterrolebinding system:controller:generic-garbage-collector ClusterRole system:controller:generic-garbage-collector account:kube-system/generic-garbage-collector
    clusterrolebinding system:controller:horizontal-pod-autoscaler ClusterRole system:controller:horizontal-pod-autoscaler account:kube-system/horizontal-pod-autoscaler
    clusterrolebinding system:controller:job-controller ClusterRole system:controller:job-controller account:kube-system/job-controller
    clusterrolebinding system:controller:legacy-service-account-token-cleaner ClusterRole system:controller:legacy-service-account-token-cleaner account:kube-system/legacy-service-account-token-cleaner
    clusterrolebinding system:controller:namespace-controller ClusterRole system:controller:namespace-controller account:kube-system/namespace-controller
    clusterrolebinding system:controller:node-controller ClusterRole system:controller:node-controller account:kube-system/node-controller
    clusterrolebinding system:controller:persistent-volume-binder ClusterRole system:controller:persistent-volume-binder account:kube-system/persistent-volume-binder
    clusterrolebinding system:controller:pod-garbage-collector ClusterRole system:controller:pod-garbage-collector account:kube-system/pod-garbage-collector
    clusterrolebinding system:controller:pv-protection-controller ClusterRole system:controller:pv-protection-controller account:kube-system/pv-protection-controller
    clusterrolebinding system:controller:pvc-protection-controller ClusterRole system:controller:pvc-protection-controller account:kube-system/pvc-protection-controller
    clusterrolebinding system:controller:replicaset-controller ClusterRole system:controller:replicaset-controller account:kube-system/replicaset-controller
    clusterrolebinding system:controller:replication-controller ClusterRole system:controller:replication-controller account:kube-system/replication-controller
    clusterrolebinding system:controller:resource-claim-controller ClusterRole system:controller:resource-claim-controller account:kube-system/resource-claim-controller
    clusterrolebinding system:controller:resourcequota-controller ClusterRole system:controller:resourcequota-controller account:kube-system/resourcequota-controller
    clusterrolebinding system:controller:root-ca-cert-publisher ClusterRole system:controller:root-ca-cert-publisher account:kube-system/root-ca-cert-publisher
    clusterrolebinding system:controller:route-controller ClusterRole system:controller:route-controller account:kube-system/route-controller
    clusterrolebinding system:controller:selinux-warning-controller ClusterRole system:controller:selinux-warning-controller account:kube-system/selinux-warning-controller
    clusterrolebinding system:controller:service-account-controller ClusterRole system:controller:service-account-controller account:kube-system/service-account-controller
    clusterrolebinding system:controller:service-cidrs-controller ClusterRole system:controller:service-cidrs-controller account:kube-system/service-cidrs-controller
    clusterrolebinding system:controller:service-controller ClusterRole system:controller:service-controller account:kube-system/service-controller
    clusterrolebinding system:controller:statefulset-controller ClusterRole system:controller:statefulset-controller account:kube-system/statefulset-controller
    clusterrolebinding system:controller:ttl-after-finished-controller ClusterRole system:controller:ttl-after-finished-controller account:kube-system/ttl-after-finished-controller
    clusterrolebinding system:controller:ttl-controller ClusterRole system:controller:ttl-controller account:kube-system/ttl-controller
    clusterrolebinding system:controller:validatingadmissionpolicy-status-controller ClusterRole system:controller:validatingadmissionpolicy-status-controller account:kube-system/validatingadmissionpolicy-status-controller
    clusterrolebinding system:controller:volumeattributesclass-protection-controller ClusterRole system:controller:volumeattributesclass-protection-controller account:kube-system/volumeattributesclass-protection-controller
    clusterrolebinding system:discovery ClusterRole system:discovery group:system:authenticated
    clusterrolebinding system:kube-controller-manager ClusterRole system:kube-controller-manager user:system:kube-controller-manager
    clusterrolebinding system:kube-dns ClusterRole system:kube-dns account:kube-system/kube-dns
    clusterrolebinding system:kube-scheduler ClusterRole system:kube-scheduler user:system:kube-scheduler
    clusterrolebinding system:monitoring ClusterRole system:monitoring group:system:monitoring
    clusterrolebinding system:node ClusterRole system:node
    clusterrolebinding system:node-proxier ClusterRole system:node-proxier user:system:kube-proxy
    clusterrolebinding system:public-info-viewer ClusterRole system:public-info-viewer group:system:authenticated group:system:unauthenticated
    clusterrolebinding system:service-account-issuer-discovery ClusterRole system:service-account-issuer-discovery group:system:serviceaccounts
    clusterrolebinding system:volume-scheduler ClusterRole system:volume-scheduler user:system:kube-scheduler
    rolebinding kube-public/system:controller:bootstrap-signer Role system:controller:bootstrap-signer account:kube-system/bootstrap-signer
    rolebinding kube-system/system::extension-apiserver-authentication-reader Role extension-apiserver-authentication-reader user:system:kube-controller-manager user:system:kube-scheduler
    rolebinding kube-system/system::leader-locking-kube-controller-manager Role system::leader-locking-kube-controller-manager user:system:kube-controller-manager account:kube-system/kube-controller-manager account:kube-system/leader-election-controller
    rolebinding kube-system/system::leader-locking-kube-scheduler Role system::leader-locking-kube-scheduler user:system:kube-scheduler account:kube-system/kube-scheduler
    rolebinding kube-system/system:controller:bootstrap-signer Role system:controller:bootstrap-signer account:kube-system/bootstrap-signer
    rolebinding kube-system/system:controller:cloud-provider Role system:controller:cloud-provider account:kube-system/cloud-provider
    rolebinding kube-system/system:controller:token-cleaner Role system:controller:token-cleaner account:kube-system/token-cleaner
    """
