import Formats
import NIOCore
import Synchronization

/// Answers that were given before: the same request has the same bytes for an answer, so that it need not be worked out twice.
///
/// A hand that slides back and forth, or a class that opens one link, asks the same again. Two generations bound it: what has
/// not been asked for since the younger was begun goes with the older one.
final class AnswerCache: Sendable {
  struct Question: Hashable {
    let operation: InterfaceOperation
    let body: [UInt8]
  }

  struct Answer {
    let bytes: ByteBuffer
    let mediaType: String
  }

  /// Bytes of answers and bodies in a generation: some two hundred answers, in memory that stays near the processor.
  private static let generationLimit = 4 << 20
  /// What is larger is not kept.
  private static let bodyLimit = 16 << 10
  private static let answerLimit = 1 << 20

  private struct Generations {
    var younger: [Question: Answer] = [:]
    var older: [Question: Answer] = [:]
    var bytes = 0
  }

  private let generations = Mutex(Generations())

  func answer(to question: Question) -> Answer? {
    generations.withLock { generations in
      if let answer = generations.younger[question] { return answer }
      guard let answer = generations.older[question] else { return nil }
      AnswerCache.keep(answer, question, &generations)
      return answer
    }
  }

  func keep(_ answer: Answer, for question: Question) {
    guard question.body.count <= AnswerCache.bodyLimit, answer.bytes.readableBytes <= AnswerCache.answerLimit else {
      return
    }
    generations.withLock { AnswerCache.keep(answer, question, &$0) }
  }

  private static func keep(_ answer: Answer, _ question: Question, _ generations: inout Generations) {
    let size = answer.bytes.readableBytes + question.body.count
    if generations.bytes + size > generationLimit {
      generations.older = generations.younger
      generations.younger = [:]
      generations.bytes = 0
    }
    if generations.younger.updateValue(answer, forKey: question) == nil { generations.bytes += size }
  }
}
