// A citizen number as typed: the same reading as the server's (GB 11643). The right check digit is never told.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";

export function squeeze(text) {
  return text.normalize("NFKC").replace(/[\s\-−–—_]/g, "").toUpperCase();
}

export function checkDigit(first17) {
  return CHECKS[[...first17].reduce((sum, digit, place) => sum + digit * WEIGHTS[place], 0) % 11];
}

// {number, birth, sex, age} where it is right, {wrong: sentence} where it cannot be, null while it is not complete.
export function readNumber(text, today, {whole = false} = {}) {
  let number = squeeze(text);
  if (whole && /^\d{15}$/.test(number)) {
    const first17 = `${number.slice(0, 6)}19${number.slice(6)}`;
    number = first17 + checkDigit(first17);
  }
  if (!/^\d{17}[\dX]$/.test(number)) return null;
  const birth = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  const day = new Date(`${birth}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== birth) return {wrong: "身份证号里的出生日期不存在，对照证件核对"};
  if (birth > today) return {wrong: "身份证号里的出生日期晚于今天，对照证件核对"};
  if (birth < "1900-01-01") return {wrong: "身份证号里的出生年份早于 1900 年"};
  if (checkDigit(number.slice(0, 17)) !== number[17]) return {wrong: "第 18 位与前 17 位不符，对照证件核对"};
  return {number, birth, sex: Number(number[16]) % 2 ? "男" : "女", age: ageOn(birth, today)};
}

export function ageOn(birth, today) {
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return years - (today.slice(5) < birth.slice(5) ? 1 : 0);
}

export function luhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
