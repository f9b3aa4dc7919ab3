"""An image registry of a test's own: one image, over HTTP on the loopback address, for those who know the password."""
import base64
import http.server
import json
import tarfile
import threading

USER, PASSWORD = "puller", "open-sesame"


class Registry:
    """Serves what is in an OCI archive as `127.0.0.1:PORT/private:1`. Runs until left by `with`."""

    def __init__(self, archive):
        with tarfile.open(archive) as tar:
            files = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
        self.blobs = {"sha256:" + name.split("/")[-1]: data for name, data in files.items() if name.startswith("blobs/sha256/")}
        self.manifest = json.loads(files["index.json"])["manifests"][0]
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                if self.headers.get("Authorization") != wanted:
                    return self.answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="registry"'})
                name = self.path.split("/")[-1]
                if self.path == "/v2/":
                    return self.answer(200, b"{}", {})
                if "/manifests/" in self.path:
                    digest = name if name.startswith("sha256:") else registry.manifest["digest"]
                    return self.answer(200, registry.blobs[digest],
                                       {"Content-Type": registry.manifest["mediaType"], "Docker-Content-Digest": digest})
                return self.answer(200, registry.blobs[name], {"Content-Type": "application/octet-stream"})

            do_HEAD = do_GET

            def answer(self, code, body, headers):
                self.send_response(code)
                for key, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(key, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.image = f"{self.host}/private:1"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
