//! `einsum` of any subscripts against the definition: one loop over all labels.

use ferrodide::Error;
use ferrodide::linalg::Einsum;
use ferrodide::linalg::einsum::MAX_OPERANDS;
use ferrodide::view::{View, fills};

use super::input::Input;
use super::multiply::{Terms, of_numbers};
use super::strided::Strided;

pub fn run(input: &mut Input) {
    of_numbers!(input, any)
}

const LABELS: &[u8] = b"abcdXZ";

/// Subscripts, most of which are sums of products of pairs; and a length for each label.
struct Call {
    inputs: Vec<Vec<u8>>,
    output: Option<Vec<u8>>,
    extents: [usize; 128],
}

impl Call {
    fn draw(input: &mut Input) -> Self {
        let count = if input.below(8) == 7 { input.below(MAX_OPERANDS + 2) } else { 2 + input.below(3) };
        let mut subscripts = |most: usize| -> Vec<u8> {
            let mut left = LABELS.to_vec();
            (0..input.below(most)).map(|_| left.remove(input.below(left.len()))).collect()
        };
        let mut inputs: Vec<Vec<u8>> = (0..count).map(|_| subscripts(5)).collect();
        // One label twice.
        if input.below(16) == 15 && !inputs.is_empty() {
            let at = input.below(inputs.len());
            let label = input.pick(LABELS);
            inputs[at].push(label);
        }
        let mut output = Vec::new();
        for &label in LABELS {
            let uses = inputs.iter().filter(|labels| labels.contains(&label)).count();
            // Of one operand only: then it has to be kept.
            if uses == 1 || (uses > 1 && input.flag()) {
                output.insert(input.below(output.len() + 1), label);
            }
        }
        if input.below(16) == 15 {
            output.retain(|_| input.flag());
            output.push(input.pick(LABELS));
        }
        let output = if input.below(8) == 7 { None } else { Some(output) };
        let mut extents = [0; 128];
        LABELS.iter().for_each(|label| extents[*label as usize] = input.below(6));
        let long = input.pick(LABELS);
        extents[long as usize] = input.length(80);
        let mut call = Call { inputs, output, extents };
        while call.terms() > 20_000 {
            let longest = LABELS.iter().copied().max_by_key(|label| call.extents[*label as usize]).expect("labels");
            call.extents[longest as usize] /= 2;
        }
        call
    }

    fn used(&self) -> impl Iterator<Item = u8> {
        LABELS.iter().copied().filter(|label| self.inputs.iter().any(|labels| labels.contains(label)))
    }

    fn terms(&self) -> usize {
        self.used().map(|label| self.extents[label as usize].max(1)).product()
    }

    fn text(&self, input: &mut Input) -> String {
        let space = if input.below(8) == 7 { " " } else { "" };
        let part = |labels: &Vec<u8>| String::from_utf8(labels.clone()).expect("ASCII");
        let inputs: Vec<String> = self.inputs.iter().map(part).collect();
        let output = self.output.as_ref().map_or(String::new(), |output| format!("{space}->{}{space}", part(output)));
        format!("{}{output}", inputs.join(&format!("{space},")))
    }

    /// The result's labels, said or not: then those of one operand, in their alphabet's order.
    fn output(&self) -> Vec<u8> {
        let once = |label: &u8| self.inputs.iter().flatten().filter(|each| *each == label).count() == 1;
        let mut output = self.output.clone().unwrap_or_else(|| LABELS.iter().copied().filter(once).collect());
        if self.output.is_none() {
            output.sort_unstable();
        }
        output
    }

    fn shape(&self, labels: &[u8]) -> Vec<usize> {
        labels.iter().map(|label| self.extents[*label as usize]).collect()
    }

    /// Whether this is what `Einsum::new` says it serves.
    fn is_served(&self) -> bool {
        let distinct = |labels: &[u8]| (1..labels.len()).all(|i| !labels[..i].contains(&labels[i]));
        let output = self.output();
        let uses = |label: u8| self.inputs.iter().filter(|labels| labels.contains(&label)).count();
        (2..=MAX_OPERANDS).contains(&self.inputs.len())
            && self.inputs.iter().all(|labels| distinct(labels))
            && distinct(&output)
            && output.iter().all(|label| uses(*label) > 0)
            && self.used().all(|label| uses(label) > 1 || output.contains(&label))
    }
}

/// Where in an array of some labels' axes, in C order, the element lies that the index of all labels means.
fn place(call: &Call, labels: &[u8], index: &[usize; 128]) -> usize {
    labels.iter().fold(0, |at, label| at * call.extents[*label as usize] + index[*label as usize])
}

/// The sum over all labels, for each element of the result; and how many terms one has.
fn definition<T: Terms>(call: &Call, output: &[u8], operands: &[Vec<T>]) -> (Vec<T::Sum>, usize) {
    let mut sums = Vec::new();
    sums.resize_with(call.shape(output).iter().product(), T::Sum::default);
    let labels: Vec<u8> = call.used().collect();
    let total: usize = call.shape(&labels).iter().product();
    let mut factors = Vec::new();
    for flat in 0..total {
        let (mut index, mut rest) = ([0; 128], flat);
        for &label in &labels {
            index[label as usize] = rest % call.extents[label as usize];
            rest /= call.extents[label as usize];
        }
        factors.clear();
        factors.extend(operands.iter().zip(&call.inputs).map(|(x, labels)| x[place(call, labels, &index)]));
        T::add(&mut sums[place(call, output, &index)], &factors);
    }
    let terms = total / sums.len().max(1);
    (sums, terms)
}

fn any<T: Terms>(input: &mut Input) {
    let call = Call::draw(input);
    let text = call.text(input);
    if input.below(32) == 31 {
        let shapes: Vec<Vec<usize>> = call.inputs.iter().map(|labels| call.shape(labels)).collect();
        let lengths: Vec<&[usize]> = shapes.iter().map(|shape| &shape[..]).collect();
        let foreign = input.pick(&["...", "1", "\u{e9}", "->", ">"]);
        return assert!(Einsum::new(&format!("{text}{foreign}"), &lengths).is_none_or(|_| foreign == "->"));
    }
    let mut shapes: Vec<Vec<usize>> = call.inputs.iter().map(|labels| call.shape(labels)).collect();
    let mut fits = true;
    if input.below(16) == 15 {
        // One length that another operand, or none, may have too.
        if let Some(shape) = shapes.iter_mut().find(|shape| !shape.is_empty()) {
            shape[0] += 1;
            let label = call.inputs.iter().find(|labels| !labels.is_empty()).expect("that one")[0];
            fits = call.inputs.iter().flatten().filter(|each| **each == label).count() == 1;
            if fits {
                return;
            }
        }
    }
    let lengths: Vec<&[usize]> = shapes.iter().map(|shape| &shape[..]).collect();
    let Some(einsum) = Einsum::new(&text, &lengths) else {
        return assert!(!call.is_served() || !fits, "{text} of {shapes:?} is not served");
    };
    assert!(call.is_served() && fits, "{text} of {shapes:?} is served");
    let output = call.output();
    let shape = call.shape(&output);
    let (dims, ndim) = einsum.shape();
    assert_eq!(dims[..ndim], shape, "{text} of {shapes:?}");
    einsum.is_worthwhile();
    let count = call.inputs.len() as i32;
    let operands: Vec<Strided<T>> = shapes
        .iter()
        .map(|shape| {
            let values = T::factors(input, shape.iter().product(), count);
            Strided::new(input, shape, true, |_, i| values[i])
        })
        .collect();
    let views: Vec<View<T>> = operands.iter().map(Strided::view).collect();
    let mut out = Strided::new(input, &shape, false, |_, _| T::OTHER);
    let strides: Vec<&[isize]> = views.iter().map(View::strides).collect();
    let own = einsum.strides(&strides, size_of::<T>());
    let size: usize = shape.iter().product();
    assert!(size == 0 || fills::<T>(size, &shape, &own[..ndim]), "{text} has {own:?} for {strides:?}");
    if input.flag() {
        out = Strided { data: vec![T::OTHER; size], offset: 0, strides: own[..ndim].to_vec(), ..out };
    }
    einsum.run(&views, out.view_mut()).unwrap();
    out.check_gaps();
    let elements: Vec<Vec<T>> = operands.iter().map(Strided::elements).collect();
    let (sums, terms) = definition(&call, &output, &elements);
    // Three or more operands are summed in part before they are multiplied, which makes another NaN of an infinity.
    let special = count > 2 && sums.iter().any(T::is_special);
    for (at, (got, sum)) in out.elements().into_iter().zip(&sums).enumerate().filter(|_| !special) {
        if let Some(want) = T::differs(got, sum, terms) {
            panic!("element {at} of {text} of {shapes:?} is {got:?}, expected {want}");
        }
    }
    let mut longer = shape;
    longer.push(2);
    let mut out = Strided::<T>::new(input, &longer, false, |_, _| T::OTHER);
    assert!(matches!(einsum.run(&views, out.view_mut()), Err(Error::Value(_))));
}
