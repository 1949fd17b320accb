import { unreachable } from '../../../core/brand.ts';
import type { Failover } from '../../../core/service.ts';
import type { EvacuatePayload } from './evacuate.payload.ts';
import type { EvacuationPorts } from './evacuation.ts';
import { lead } from './lead.ts';
import { plan } from './plan.ts';
import { proveTurn, settle } from './prove-turn.ts';
import { report } from './report.ts';
import { runs } from './runs.ts';
import { switchControls } from './switch.ts';

/** Every step of the evacuation machine, by what it is asked to do. */
export async function evacuate(payload: EvacuatePayload, ports: EvacuationPorts, failover: Failover): Promise<object> {
  switch (payload.do) {
    case 'plan': {
      const { requestedBy: by, continues = null, ...asked } = payload.event;
      const { arn: holder, name: id } = payload.execution;
      return plan({ ...asked, by, id: continues?.id ?? id, holder }, continues?.holder ?? null, ports, failover);
    }
    case 'lead':
      return lead(payload, ports, failover);
    case 'switch':
      return switchControls(payload, ports, failover);
    case 'prove':
      return proveTurn(payload, ports, failover);
    case 'settle':
      return settle(payload, ports, failover);
    case 'runs':
      return runs(payload, ports, failover);
    case 'report':
      return report(payload, ports, failover);
    default:
      return unreachable(payload);
  }
}
