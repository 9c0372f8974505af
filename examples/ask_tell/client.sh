coproc PEGBOX { pegbox ask-tell descent.yaml; }
say() { printf '%s\n' "$1" >&"${PEGBOX[1]}"; read -r answer <&"${PEGBOX[0]}"; }
found() { sed -E "s/.*\"$1\":([^,}]*).*/\1/" <<< "$answer"; }

# Gradient descent on Rosenbrock's function: the loss after a thousand steps.
descent() {
  awk -v rate="$1" -v momentum="$2" 'BEGIN {
    x = -1.2; y = 1
    for (step = 0; step < 1000; ++step) {
      dx = momentum * dx + rate * (2 * (1 - x) + 400 * x * (y - x * x))
      dy = momentum * dy - rate * 200 * (y - x * x)
      x += dx; y += dy
    }
    print (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
  }'
}

while say '{"op":"ask"}'; [[ $answer != *'"done"'* ]]; do
  trial=$(found trial) rate=$(found rate) momentum=$(found momentum)
  loss=$(descent "$rate" "$momentum")
  [[ $loss != *[nN]* ]] || loss=NaN  # awk has more names for what is no number
  say "{\"op\":\"tell\",\"trial\":$trial,\"value\":$loss}"
  echo "trial $trial: rate $rate, momentum $momentum, loss $loss"
done
