import { AwsError } from '../aws/service.ts';

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function invalidCombination(one: string, other: string): AwsError {
  return new AwsError(
    'InvalidParameterCombinationException',
    `The parameters ${one} and ${other} are mutually exclusive and you have specified both.`,
  );
}

export function missing(parameter: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${parameter} is required.`);
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
