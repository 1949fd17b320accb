#!/usr/bin/env bash
# One would expect: with a variable in `proxy_pass` and a `resolver`, nginx asks DNS for that location as the TTL says: the known cure for a
# name that is looked up only when nginx starts.
# What happens: where any other location of the same nginx names the same host and port plainly, the variable leads to that one's group of
# servers, and the resolver is never asked. `nginx -t` is content, and the location is the same to the letter.
# Why it matters: the location follows a failover by DNS until somebody adds an unrelated one, and stays in the dead region then.
# Needs Debian's nginx in this version (it is fetched, and unpacked in the temporary folder) and `unshare` as root, for a hosts file of its own.
source "$(dirname "$0")/lib.sh"
version=1.22.1-9+deb12u11
apt-get download -qq "nginx=$version" >/dev/null 2>&1
dpkg -x nginx_*.deb nginx
printf '127.0.0.1 api.failover.test\n' > hosts
# The name server says 127.0.0.2 from the beginning; only what starts with the hosts file sees 127.0.0.1.
cat > dns.py <<'PY'
import socket
at = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
at.bind(("127.0.0.1", 6790))
while True:
    query, peer = at.recvfrom(512)
    question = query[12 : query.index(b"\0", 12) + 5]
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + bytes([127, 0, 0, 2])
    at.sendto(query[:2] + b"\x84\0\0\1\0\1\0\0\0\0" + question + answer, peer)
PY
cat > regions.py <<'PY'
import http.server
import sys

class Region(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = sys.argv[2].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer((sys.argv[1], 6791), Region).serve_forever()
PY
conf() {
  cat > "$1.conf" <<NGINX
daemon off; master_process off; pid $1.pid; error_log stderr crit;
events {}
http {
  access_log off; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
  resolver 127.0.0.1:6790 ipv6=off;
  server {
    listen 127.0.0.1:$2;
    location /api { set \$up api.failover.test; proxy_pass http://\$up:6791; }
    $3
  }
}
NGINX
}
conf alone 6792 ""
conf beside 6793 "location /unrelated { proxy_pass http://api.failover.test:6791; }"
cat > run.sh <<'SH'
mount --bind hosts /etc/hosts
python3 dns.py & python3 regions.py 127.0.0.1 old & python3 regions.py 127.0.0.2 new &
for each in alone beside; do nginx/usr/sbin/nginx -q -t -p . -c "$PWD/$each.conf"; nginx/usr/sbin/nginx -p . -c "$PWD/$each.conf" & done
sleep 3
for port in 6792 6793; do curl -s "http://127.0.0.1:$port/api"; echo; done
SH
echo "nginx $version"
seen "new
old" "$(unshare -m -p --fork --kill-child -- bash run.sh)"
