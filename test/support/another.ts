import type { FailoverInput } from '../../config/index.ts';

type ServiceInput = FailoverInput['services'][number];

/** A service like the one given, with a name and addresses of its own: no two services are behind one door or one control. */
export function another<Service extends ServiceInput>(service: Service, name: string): Service {
  const renamed = (text: string) => text.replaceAll(service.name, name);
  const { lever } = service;
  return {
    ...service,
    name,
    regions: service.regions.map((each) => ({ ...each, endpoint: renamed(each.endpoint) })),
    frontDoor: { ...service.frontDoor, url: renamed(service.frontDoor.url) },
    lever:
      lever.kind === 'arc' && lever.controls !== undefined ? { ...lever, controls: own(lever.controls, name) } : lever,
  };
}

/** Routing controls of a panel that is named after the service. */
function own(controls: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const panel = Buffer.from(name).toString('hex').padEnd(32, '0');
  return Object.fromEntries(
    Object.entries(controls).map(([region, arn]) => [
      region,
      arn.replace(/controlpanel\/\w+/, `controlpanel/${panel}`),
    ]),
  );
}
