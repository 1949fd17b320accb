/** The package has no declarations. */
declare module 'asl-validator' {
  /** Mutates `definition`. */
  export default function validate(definition: object): {
    readonly isValid: boolean;
    readonly errors: readonly (SchemaError | MachineError)[];
  };

  interface SchemaError {
    readonly instancePath: string;
    readonly keyword: string;
    readonly message?: string;
  }

  interface MachineError {
    readonly 'Error code': string;
    readonly Message: string;
  }
}
