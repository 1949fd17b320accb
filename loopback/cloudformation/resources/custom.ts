import * as z from 'zod';
import { ResourceError } from '../error.ts';
import { resourceType } from '../resource-type.ts';

/**
 * A custom resource is a function of the template's own, which may call any API of AWS. Whoever starts loopback says what
 * plays each of them; one that nobody plays is an error.
 */
export const customResource = (type: string) =>
  resourceType({
    schema: z.looseObject({ ServiceToken: z.string() }),
    async create(properties, _where, { custom }) {
      const play = custom[type];
      if (play === undefined) throw new ResourceError(`nobody plays custom resources of ${type}`);
      return play(properties);
    },
    async update(properties, made, _where, { custom }) {
      const played = await custom[type]?.(properties);
      return played ?? made;
    },
    async remove() {},
  });
