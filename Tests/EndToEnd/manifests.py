"""Objects that several tests use."""

CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: shop}}
data: {color: blue, size: "3"}
"""

# Without a node its pods stay Pending, so the image is never asked for.
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example/web:1"}]
"""

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
"""

# A pod that does nothing and ends at once when asked to.
SHELL = """
apiVersion: v1
kind: Pod
metadata: {name: shell, labels: {app: shell}}
spec:
  terminationGracePeriodSeconds: 2
  containers:
    - name: main
      image: martlet/busybox:1
      command: ["sh", "-c", "echo started; trap 'exit 0' TERM; while true; do sleep 0.2; done"]
"""

# A Deployment whose pods run on a node, with the page "hello" on port 8080.
SERVER = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: server, labels: {app: server}}
spec:
  replicas: 2
  selector: {matchLabels: {app: server}}
  template:
    metadata: {labels: {app: server}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: server
          image: martlet/busybox:1
          command: ["sh", "-c", "mkdir /www; echo hello > /www/index.html; trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
"""
