import { host, nameServer, port } from './world.ts';

/** A proxy of Debian's in front of the name; it is asked once a second over a connection of its own. */
export interface Proxy {
  readonly name: string;
  readonly program: 'nginx' | 'haproxy';
  readonly listens: number;
  readonly configuration: string;
}

const nginx = (listens: number, location: string, more = '') => `
daemon off; master_process off; pid nginx-${listens}.pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path body-${listens}; proxy_temp_path proxy-${listens}; fastcgi_temp_path fastcgi-${listens};
  uwsgi_temp_path uwsgi-${listens}; scgi_temp_path scgi-${listens};
  ${more}
  server { listen 127.0.0.1:${listens}; location / { proxy_connect_timeout 3s; proxy_read_timeout 3s; ${location} } }
}
`;

const haproxy = (listens: number, server: string, more = '') => `
defaults
  mode http
  timeout connect 3s
  timeout client 30s
  timeout server 3s
${more}
listen it
  bind 127.0.0.1:${listens}
  server it ${host}:${port} ${server}
`;

export const proxies: readonly Proxy[] = [
  {
    name: 'nginx, `proxy_pass` with the name',
    program: 'nginx',
    listens: 9_001,
    configuration: nginx(9_001, `proxy_pass http://${host}:${port};`),
  },
  {
    name: 'nginx, a variable and `resolver`',
    program: 'nginx',
    listens: 9_002,
    configuration: nginx(9_002, `set $up ${host}; proxy_pass http://$up:${port};`, `resolver ${nameServer} ipv6=off;`),
  },
  {
    name: 'HAProxy, `server` with the name',
    program: 'haproxy',
    listens: 9_003,
    configuration: haproxy(9_003, ''),
  },
  {
    name: 'HAProxy, `resolvers`',
    program: 'haproxy',
    listens: 9_004,
    configuration: haproxy(
      9_004,
      'resolvers own resolve-prefer ipv4 check inter 1s',
      `resolvers own\n  nameserver own ${nameServer}:53`,
    ),
  },
];
